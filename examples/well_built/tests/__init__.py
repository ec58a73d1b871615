"""Tests: python -m pytest"""
