"""From paper to lab: a row for each of the thirteen related systems, its verdicts from the files that ship."""

from dataclasses import dataclass

from fer_course.evaluation.repeats import load_repeats
from tools.lab_tables import LABS, whole_claims


@dataclass(frozen=True)
class Paper:
    """A paper, and what a lab asked of it.

    Attributes
    ----------
    name : str
    arxiv : str
        Its number.
    notebook : str
        File name without its end.
    lab : str
        A name of ``LABS``.
    says, asked : str
        What the paper claims, and what the lab asked.
    differs : str
        What is different here.
    """

    name: str
    arxiv: str
    notebook: str
    lab: str
    says: str
    asked: str
    differs: str


PAPERS = (
    Paper(
        "InsideOut",
        "2510.03066",
        "10_lab_two_recipes",
        "insideout",
        "a frozen EfficientNetV2-S with class weights: 62.8 %, macro-F1 0.590 on FER-2013",
        "What do class weights buy, and what the backbone?",
        "puppets at 64 px, a linear head trained to the end; V2-S with random weights",
    ),
    Paper(
        "Tuning lightweight networks",
        "2507.23315",
        "10_lab_two_recipes",
        "twelve",
        "tuning alone gives 1.5 to 3.5 % top-1",
        "How much does the best of twelve equal runs seem to gain?",
        "twelve short trainings of a small network; there, by hand, seven networks on 90,000 images",
    ),
    Paper(
        "No Data Augmentation?",
        "2309.01694",
        "11_lab_few_faces",
        "norm",
        "learning rate and weight decay can be chosen by the norm of the weights",
        "Is the norm a better adviser than chance, and than 70 faces held out?",
        "350 puppets at 24 px, one small network; the rule as Twin (2403.05532) tells it",
    ),
    Paper(
        "How flexible are neural networks?",
        "2406.11463",
        "11_lab_few_faces",
        "capacity",
        "convolutional networks fit more samples for each weight, also with random labels",
        "How many faces does each learn by heart?",
        "two networks of about 1,250 weights, faces of 12 px",
    ),
    Paper(
        "Core Risk Minimization",
        "2203.15566",
        "12_lab_where_to_look",
        "core_risk",
        "noise outside the object: +12 % core accuracy, no drop in clean accuracy",
        "More than the same noise everywhere? Does it cure a watermark?",
        "true masks, one planted mark, a small network from nothing",
    ),
    Paper(
        "To be Critical",
        "2109.01770",
        "12_lab_where_to_look",
        "critical",
        "a network corrects the wrong masks that it learns from",
        "Which errors heal, and does calibrating help?",
        "24 px, a network that knows nothing; errors put in on purpose",
    ),
    Paper(
        "Self-learning",
        "2104.12928",
        "13_lab_the_camera_was_changed",
        "adapting",
        "adapting without labels halves the error on corrupted pictures",
        "How much of that are batch-norm statistics alone?",
        "125 thousand weights, 700 pictures, four changes of the camera",
    ),
    Paper(
        "Scale-adaptive networks",
        "2007.06181",
        "13_lab_the_camera_was_changed",
        "sizes",
        "one network for five sizes is consistently better than one for each",
        "Better than one network a size, and than as many weights?",
        "three sizes from 20 to 48 px, a small network",
    ),
    Paper(
        "Event-driven recognition",
        "2504.00370",
        "14_lab_attention",
        "attending",
        "a VGG with CBAM attention on event frames: 71.3 % on CIFAR10-DVS without pre-training",
        "Attention, or as many weights? Events, or knowing what changed?",
        "a simulated camera, drawn films, a VGG of 42 thousand weights",
    ),
    Paper(
        "CRLNet",
        "2502.01183",
        "14_lab_attention",
        "conditional",
        "features that depend on both images: 6.83 to 16.98 % more with few examples and hard images",
        "The interaction, or the head and its training?",
        "classes are sets of action units; a frozen small network with 4 × 4 cells",
    ),
    Paper(
        "AmorLIP",
        "2505.18983",
        "15_lab_faces_and_words",
        "amortised",
        "a learned normaliser gives up to 12.24 % more than CLIP",
        "A nearer sum, and better towers?",
        "2,800 puppets with captions, four faces a machine, small towers",
    ),
    Paper(
        "HELIP",
        "2305.05208",
        "15_lab_faces_and_words",
        "hard_pairs",
        "two more epochs with hard pairs: +3.05 to +10.1 % zero-shot",
        "Or just two more epochs? How many hard pairs are no negatives?",
        "a small CLIP mines with its own towers; our form of the margin loss",
    ),
    Paper(
        "Underlying Semantic Diffusion",
        "2503.04050",
        "16_lab_paint_by_example",
        "painting",
        "ten steps, most at high noise, and feedback: 9.45 times as fast, FID 7.47 and RMSE 0.026 lower",
        "Does it matter where ten steps lie? What does diffusion gain or lose against one step?",
        "24 px, three tasks, a small network from nothing that predicts the answer; error, not FID",
    ),
)

WORDS = ("shown here", "the opposite here", "not shown here")

HEAD = ["paper", "claim", "what was asked", "what five seeds show", "what differs"]


def by_verdict(name: str) -> str:
    """Return every claim of a lab with its difference, those with the same verdict together."""
    runs, found = load_repeats(name), {word: [] for word in WORDS}
    for text, claim in whole_claims(LABS[name].CLAIMS):
        verdict = claim.judge(runs)
        found[verdict.word].append(f"{text}, {verdict.figures}")
    return "<br>".join(f"**{word}**: {'. '.join(texts)}." for word, texts in found.items() if texts)


def from_paper_to_lab() -> tuple[list[str], list[list[str]]]:
    """Return the head and a row for each paper."""
    rows = []
    for paper in PAPERS:
        link = f"[{paper.name}](https://arxiv.org/abs/{paper.arxiv})"
        where = f"[notebook {paper.notebook[:2]}](../notebooks/{paper.notebook}.ipynb)"
        rows.append([f"{link}, {where}", paper.says, paper.asked, by_verdict(paper.lab), paper.differs])
    return HEAD, rows


TABLES = {"frompapertolab": from_paper_to_lab}
"""By the word in a text's comment: what gives the head and the rows."""
