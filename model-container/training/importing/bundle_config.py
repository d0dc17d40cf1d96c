"""A MONAI bundle's configuration, read and never run: references are followed, expressions ("$...") are only recognised."""

from pathlib import Path
from typing import Any

from importing.refusal import Refusal

INFERENCE = ("configs/inference.json", "configs/inference.yaml", "configs/inference.yml")


def inference_file(folder: Path) -> Path | None:
    return next((folder / name for name in INFERENCE if (folder / name).exists()), None)


def read_config(file: Path) -> dict:
    from monai.bundle import ConfigParser

    return ConfigParser.load_config_file(str(file))


def follow(config: dict, value: Any) -> Any:
    """The value with every "@id" in it replaced by what stands there; ids are parted by "::" or "#"."""
    if isinstance(value, dict):
        return {k: follow(config, v) for k, v in value.items()}
    if isinstance(value, list):
        return [follow(config, v) for v in value]
    if not (isinstance(value, str) and value.startswith("@")):
        return value
    target: Any = config
    for part in value[1:].replace("#", "::").split("::"):
        try:
            target = target[int(part) if isinstance(target, list) else part]
        except (KeyError, IndexError, ValueError, TypeError) as cause:
            raise Refusal(f"a reference to {value}", "one that the configuration holds") from cause
    return follow(config, target)


def plain_value(config: dict, value: Any, what: str) -> Any:
    """As `follow`, but nothing in it may have to be computed."""
    found = follow(config, value)
    if expression_in(found):
        raise Refusal(f"{what}: {expression_in(found)}", "a plain value: expressions of a bundle are not run to import it")
    return found


def expression_in(value: Any) -> str | None:
    if isinstance(value, str):
        return value if value.startswith(("$", "%")) else None
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return next((e for e in map(expression_in, inner) if e), None)


def transforms_in(config: dict, section: str, key: str) -> list[tuple[str, dict]]:
    """(name without MONAI's "d", arguments) of each transform of a section that touches `key`, in order."""
    compose = follow(config, config.get(section))
    steps = compose.get("transforms") if isinstance(compose, dict) and target_name(compose) == "Compose" else None
    if not isinstance(steps, list):
        raise Refusal(f"{section}: {str(compose)[:60]}", "a Compose of transforms")
    if expression := next((s for s in steps if not isinstance(s, dict)), None):
        raise Refusal(f"{section}: {expression}", "transforms by name")
    return [(target_name(s), s) for s in steps if key in keys_of(s) and not s.get("_disabled_")]


def target_name(step: dict) -> str:
    name = str(step.get("_target_", "")).rsplit(".", 1)[-1]
    for ending in ("Dict", "d", "D"):
        if name.endswith(ending) and len(name) > len(ending) + 2:
            return name.removesuffix(ending)
    return name


def keys_of(step: dict) -> list:
    keys = step.get("keys", [])
    return keys if isinstance(keys, list) else [keys]
