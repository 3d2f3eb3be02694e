"""What the New search form says of the workers of a cluster."""

from collections import Counter

from app.formatting import escape_markdown
from app.tables.html_table import table_html
from engine.analysis.name_text import on_one_line
from engine.cluster.base import ClusterState, ClusterWorker
from engine.cluster.worker_notes import remark_sentences, unused_sentences
from engine.count_text import count_text

_MAX_ROWS = 12
_TITLES = ("Worker", "Host", "Slots", "Threads", "Processor", "GPUs")
_CAPTION = "Slots: measurements at a time. Threads: those that one measurement computes with."


def summary(state: ClusterState) -> str:
    """How many measurements the cluster makes at a time, and on how many machines, as HTML."""
    used = [worker for worker in state.workers if not worker.problem]
    hosts = len({worker.host for worker in used})
    facts = [f"<b>{count_text(state.slots, 'slot')}</b>"]
    if used:
        facts.append(f"{count_text(len(used), 'worker')} on {count_text(hosts, 'machine')}")
    if gpus := sum(len(worker.gpus) for worker in used):
        facts.append(count_text(gpus, "GPU"))
    spans = "".join(f"<span>{fact}</span>" for fact in facts)
    return f'<div class="dynas-facts" data-testid="cluster">{spans}</div>'


def workers_html(state: ClusterState) -> str:
    """A table of the workers; those that are not used come first."""
    workers = sorted(state.workers, key=lambda w: (not w.problem, w.host, w.name))
    rows = [_row(worker) for worker in workers[:_MAX_ROWS]]
    more = len(workers) - len(rows)
    caption = f"And {count_text(more, 'further worker')}. {_CAPTION}" if more else _CAPTION
    return table_html(_TITLES, rows, caption, "cluster-workers")


def notes(state: ClusterState) -> list[str]:
    """A sentence in Markdown on what is wrong or unusual, once for all workers that share it."""
    sentences = [f":material/warning: {escape_markdown(state.waiting_reason)}"]
    if any(worker.problem for worker in state.workers) or not state.waiting_reason:
        sentences = []  # the notes on the workers say why
    unused = unused_sentences((worker.host, worker.problem) for worker in state.workers)
    remarks = remark_sentences((w.host, w.remark) for w in state.workers if not w.problem)
    sentences += [f":material/warning: {escape_markdown(sentence)}" for sentence in unused]
    return [*sentences, *(f":material/info: {escape_markdown(sentence)}" for sentence in remarks)]


def _row(worker: ClusterWorker) -> list[str]:
    gpus = [f"{n} × {name}" if n > 1 else name for name, n in Counter(worker.gpus).items()]
    slots = "not used" if worker.problem else f"{worker.slots:,}"
    threads = "" if worker.problem else f"{worker.threads:,}"
    cells = [worker.name, worker.host, slots, threads, worker.processor, ", ".join(gpus) or "–"]
    return [on_one_line(cell) for cell in cells]
