"""A command line whose contexts are invoked."""

import click


@click.group(invoke_without_command=True)
@click.pass_context
def main(ctx: click.Context) -> None:
    if ctx.invoked_subcommand is None:
        ctx.invoke(build, model="small")


@main.command()
@click.option("--model", default="small")
@click.option("--temperature", type=float, default=0.0)
def build(model: str, temperature: float) -> None:
    click.echo(f"{model} {temperature}")


class Runner:
    def run(self, chain: click.Command, context: click.Context) -> object:
        return chain.invoke(context)
