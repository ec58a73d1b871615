"""Amazon services that are not Bedrock, and the one of Bedrock that asks no model."""

import json

import boto3

functions = boto3.client("lambda")
queue = boto3.client("sqs")
agent = boto3.client("stepfunctions")
bedrock = boto3.client("bedrock-runtime")


def resize(key: str) -> dict:
    response = functions.invoke(FunctionName="resize", Payload=json.dumps({"key": key}))
    return json.loads(response["Payload"].read())


def receive(url: str) -> list[dict]:
    answer = queue.receive_message(QueueUrl=url)
    return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


def start(arn: str) -> str:
    return agent.start_execution(stateMachineArn=arn)["executionArn"]


def is_allowed(text: str) -> bool:
    checked = bedrock.apply_guardrail(
        guardrailIdentifier="a1", guardrailVersion="1", source="INPUT", content=[{"text": {"text": text}}]
    )
    return checked["action"] != "GUARDRAIL_INTERVENED"
