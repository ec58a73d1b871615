"""Reports: findings and inventories as text and as JSON."""
