"""The model card, written from the metadata alone, so that the two cannot disagree."""

from data import REGIONS

LIMITS = """\
- {trained} patients, few scanners, at 1 mm, already registered and skull-stripped. Other tumours, children, operated brains
  and scans with a skull are outside of what it has seen.
- All four sequences are needed. A sequence that is missing, misnamed or badly registered gives a mask all the same, a wrong one.
- Core and enhancement are learned from few studies; where nothing enhances, the core is the weakest.
- {calibrated}
- The figures come from {n} studies of the same collections as the training data: expect less elsewhere."""


def write_card(metadata: dict) -> str:
    told = metadata["neurotile"]
    past = told["provenance"]
    title = f"# {told['name']}: {metadata['task'].lower()}"
    use = "**Research use only. Not a medical device.**"
    if told["experimental"]:
        use += " Experimental: " + why_experimental(told["provenance"]["scores"]["mean"].get("WT"))
    parts = [title, use, metadata["description"], "## Trained on", trained_on(past), "## How", how(told, past),
             "## Scored on", scored_on(past), cross_validated(told, past.get("crossValidation")), "## Limits", limits(told),
             "## Attribution", f"Data: {metadata['data_source']}.", "\n".join(f"- {r}" for r in metadata["references"])]
    return "\n\n".join(p for p in parts if p) + "\n"


def why_experimental(whole: dict | None) -> str:
    reached = f"{whole['dice']:.2f} on {whole['n']} studies" if whole else "unknown"
    return f"its whole-tumour Dice on studies that it did not see is {reached}; at least 0.80 on ten would be needed to trust it further."


def limits(told: dict) -> str:
    past = told["provenance"]
    calibrated = "The probabilities are not calibrated (temperature 1)."
    if is_calibrated(told):
        studies = past["crossValidation"]["calibration"]["studies"]
        calibrated = f"The probabilities are calibrated on {studies} studies; elsewhere they are a guide, not a frequency."
    return LIMITS.format(trained=len(past["trainedOn"]), n=len(past["scores"]["studies"]) or "no", calibrated=calibrated)


def trained_on(past: dict) -> str:
    text = f"{len(past['trainedOn'])} studies: {', '.join(past['trainedOn'])}."
    return f"{text}\n\nHeld back: {', '.join(past['heldBack']) or 'none'}."


def how(told: dict, past: dict) -> str:
    settings = past["settings"]
    rows = [
        f"- network: residual U-Net, channels {list(settings['channels'])}, instance norm, strided down, all regions at once at the top; logits of {', '.join(told['regions'])}",
        f"- input: {', '.join(told['sequences'])}; axes {told['axes']}, {told['spacingMm']} mm; z-score over each sequence's own non-zero voxels, 0 outside the brain",
        f"- loss: soft Dice (squared denominator) plus cross-entropy, a region at a time; AdamW, peak {settings['learning_rate']}, cosine; "
        f"running mean of the weights ({settings['average']})",
        f"- patches: {list(settings['patch'])}, {settings['batch']} a step, three in five around a tumour voxel",
        "- augmentation: flips, right angles, rotation, scaling (image and mask by one grid); misregistration, low resolution, blur, bias field, gamma, contrast, "
        "brightness, noise (each sequence on its own)",
        f"- techniques: {', '.join(settings['techniques']) or 'none'} (model-container/training/README.md says what they are)",
        f"- {past['steps']} steps in {past['minutes']} minutes of {past['hardware']}; seed {past['seed']}",
    ]
    start = past["warmStart"]
    if start:
        rows.append(f"- warm start: from the weights of a model (digest {start['digest'][:12]}) trained for {start['minutes']} minutes, {start['steps']} steps, "
                    f"on {len(start['trainedOn'])} of these studies; then on all of them as above")
    return "\n".join([*rows, "- commands: " + "; ".join(f"`{c}`" for c in past["commands"])])


def scored_on(past: dict) -> str:
    scores = past["scores"]
    if not scores["studies"]:
        return "Nothing yet: no study was held back."
    whose = "Dice of this model on studies that it did not see."
    if scores["of"] != "this model":
        whose = f"No study was held back from these weights, so they have no honest figures of their own. The Dice below is that of {scores['of']}."
    table = ["| study | " + " | ".join(REGIONS) + " |", "| --- |" + " --- |" * len(REGIONS)]
    for study, values in scores["studies"].items():
        table.append(f"| {study} | " + " | ".join("not scored" if values[r] is None else f"{values[r]:.3f}" for r in REGIONS) + " |")
    means = scores["mean"]
    table.append("| mean | " + " | ".join(f"{means[r]['dice']:.3f} (n={means[r]['n']})" if r in means else "(n=0)" for r in REGIONS) + " |")
    rule = "TC tumour core, WT whole tumour, ET enhancing. References under 0.5 ml are not scored. Sliding window, Gaussian weights, no test-time flips, " + (
        "small and coreless pieces removed as the pipeline does." if (past.get("crossValidation") or {}).get("cleaned") else "no cleaning.")
    return "\n".join([whose, rule, "", *table])


NAMES = {"dice": "Dice", "hd95Mm": "HD95, mm", "surfaceDice1mm": "surface Dice, 1 mm", "lesionDice": "lesion-wise Dice"}


def cross_validated(told: dict, found: dict | None) -> str:
    if not found:
        return ""
    parts = ["## Cross-validation",
             f"{found['folds']} folds, {found['studies']} studies scored; each model was trained for {found['minutes']:g} minutes of one processor{steps_in(told, found)}. Mean ± standard deviation "
             "(n), over references of at least 0.5 ml. `-flips`: the mean of four looks, as it is and turned round along each axis, at four times the cost; "
             "ensemble: the mean of both models' probabilities; peer: a plain MONAI recipe (residual U-Net, flips, intensity, Dice loss, four looks) with the same minutes."]
    for region in REGIONS:
        head = f"| {region} | " + " | ".join(NAMES.values()) + " |\n| --- |" + " --- |" * len(NAMES)
        rows = [f"| {name} | " + " | ".join(spread(table[region][m], m) for m in NAMES) + " |" for name, table in found["table"].items()]
        parts.append("\n".join([head, *rows]))
    if found["againstPeer"]:
        rows = [f"- {r}: {d['mean']:+.3f}, 95 % interval {d['low']:+.3f} to {d['high']:+.3f}, n={d['n']}" for r, d in found["againstPeer"].items() if d["n"] > 1]
        parts.append("\n".join([f"{told['name']} less the peer, Dice, study by study:", "", *rows]))
    errors = found["calibration"]["error"]
    parts.append("Expected calibration error in the brain: " + ", ".join(f"{r} {b:.4f} → {a:.4f}" for r, b, a in zip(REGIONS, errors["before"], errors["after"]))
                 + f", with temperatures fitted on the other folds. {temperatures_of(told)}\n\n![Reliability before and after](reliability.svg)")
    return "\n\n".join(parts)


def is_calibrated(told: dict) -> bool:
    return any(t != 1 for t in told["temperature"])


def temperatures_of(told: dict) -> str:
    if is_calibrated(told):
        return f"This model's are {told['temperature']}."
    return "This model's stay at 1: it was trained too much longer than the folds' for theirs to fit it."


def steps_in(told: dict, found: dict) -> str:
    name, own = told["name"], told["provenance"]["steps"]
    return f": {min(found['steps'])} to {max(found['steps'])} steps of {name}, where the weights of this card took {own}"


def spread(value: dict, measure: str) -> str:
    if value["mean"] is None:
        return f"(n={value['n']})"
    digits = 1 if measure == "hd95Mm" else 3
    return f"{value['mean']:.{digits}f}{'' if value['sd'] is None else f' ± ' + format(value['sd'], f'.{digits}f')} ({value['n']})"
