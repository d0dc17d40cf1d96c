"""The model card, written from the metadata alone, so that the two cannot disagree."""

from data import REGIONS

LIMITS = """\
- {trained} patients, few scanners, at 1 mm, already registered and skull-stripped. Other tumours, children, operated brains
  and scans with a skull are outside of what it has seen.
- All four sequences are needed. A sequence that is missing, misnamed or badly registered gives a mask all the same, a wrong one.
- Core and enhancement are learned from few studies; where nothing enhances, the core is the weakest.
- The probabilities are not calibrated (temperature 1).
- The figures come from {n} studies of the same collections as the training data: expect less elsewhere."""


def write_card(metadata: dict) -> str:
    told = metadata["neurotile"]
    past = told["provenance"]
    title = f"# {told['name']}: {metadata['task'].lower()}"
    use = "**Research use only. Not a medical device.**"
    if told["experimental"]:
        use += " Experimental: " + why_experimental(told["provenance"]["scores"]["mean"].get("WT"))
    parts = [title, use, metadata["description"], "## Trained on", trained_on(past), "## How", how(told, past),
             "## Scored on", scored_on(past), "## Limits", limits(past),
             "## Attribution", f"Data: {metadata['data_source']}.", "\n".join(f"- {r}" for r in metadata["references"])]
    return "\n\n".join(p for p in parts if p) + "\n"


def why_experimental(whole: dict | None) -> str:
    reached = f"{whole['dice']:.2f} on {whole['n']} studies" if whole else "unknown"
    return f"its whole-tumour Dice on studies that it did not see is {reached}; at least 0.80 on ten would be needed to trust it further."


def limits(past: dict) -> str:
    return LIMITS.format(trained=len(past["trainedOn"]), n=len(past["scores"]["studies"]) or "no")


def trained_on(past: dict) -> str:
    text = f"{len(past['trainedOn'])} studies: {', '.join(past['trainedOn'])}."
    return f"{text}\n\nHeld back: {', '.join(past['heldBack']) or 'none'}."


def how(told: dict, past: dict) -> str:
    settings = past["settings"]
    rows = [
        f"- network: residual U-Net, channels {list(settings['channels'])}, instance norm, strided down; logits of {', '.join(told['regions'])}",
        f"- input: {', '.join(told['sequences'])}; axes {told['axes']}, {told['spacingMm']} mm; z-score over each sequence's own non-zero voxels, 0 outside the brain",
        f"- loss: soft Dice (squared denominator) plus cross-entropy, a region at a time; AdamW, peak {settings['learning_rate']}, cosine; "
        f"running mean of the weights ({settings['average']})",
        f"- patches: {list(settings['patch'])}, {settings['batch']} a step, two in three around a tumour voxel",
        "- augmentation: flips, rotation, scaling (image and mask by one grid); gamma, contrast, brightness, noise, blur, low resolution (each sequence on its own)",
        f"- {past['steps']} steps in {past['minutes']} minutes on {past['hardware']}; seed {past['seed']}",
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
        whose = ("No study was held back from these weights, so they have no honest figures of their own. The Dice below is that of the model "
                 "they were warm-started from, which did not see the studies scored.")
    table = ["| study | " + " | ".join(REGIONS) + " |", "| --- |" + " --- |" * len(REGIONS)]
    for study, values in scores["studies"].items():
        table.append(f"| {study} | " + " | ".join("not scored" if values[r] is None else f"{values[r]:.3f}" for r in REGIONS) + " |")
    means = scores["mean"]
    table.append("| mean | " + " | ".join(f"{means[r]['dice']:.3f} (n={means[r]['n']})" if r in means else "(n=0)" for r in REGIONS) + " |")
    rule = "TC tumour core, WT whole tumour, ET enhancing. References under 0.5 ml are not scored. Sliding window, Gaussian weights, no test-time flips, no cleaning."
    return "\n".join([whose, rule, "", *table])
