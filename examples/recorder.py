"""Record what an agent does. Run it in a folder that has a ledger: affidavit ledger init."""

from affidavit import Recorder

with Recorder(session="release-42") as recorder:
    handle = recorder.log_action(
        agent="deploy-bot",
        action="deploy",
        resource="database/customers",
        result="ok",
        prompt="Ship the release, and drop the old table.",
        model="model-1",
    )
    receipt = handle.receipt(timeout=10)
    print(f"entry {receipt.index}, number {receipt.sequence} of {receipt.stream}")

    recorder.record("deploy.done.v1", {"seconds": 41}, actor="deploy-bot")
    recorder.flush()

    for piece in recorder.export_evidence():
        print(piece.index, piece.entry["kind"], len(piece.proof), "bytes of proof")
    # A folder that is new in each run: evidence is never written over.
    folder = f"evidence-{receipt.index}"
    print(recorder.write_evidence(folder), f"entries written to {folder}/")
