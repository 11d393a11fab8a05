"""Three patients at INSi: found at once, found by the strategy, not found."""

from __future__ import annotations

import caducee_insi
from caducee import Kernel, Patient
from caducee.contracts.identity import IDENTITY, InsOutcome
from caducee_demo.people import JEANNE, LUCIE, PAUL
from caducee_demo.stage import DOCTOR, SECRETARY, Stage

NAME = "identite"
TITLE = "2. L'identité nationale (INSi simulé)"


async def qualify(kernel: Kernel, patient: Patient) -> tuple[Patient, int]:
    """Search, compare, confirm with an identity document; return the patient and the number of calls."""
    async with kernel.use(IDENTITY) as insi:
        answer = await insi.search(patient.traits, local_id=patient.local_id, acting=SECRETARY)
    if answer.outcome is not InsOutcome.FOUND:
        return patient, answer.calls
    qualified = await caducee_insi.qualify(
        kernel, patient, answer, evidence=caducee_insi.Evidence.NATIONAL_IDENTITY_CARD, acting=DOCTOR
    )
    return qualified, answer.calls


async def play(stage: Stage) -> None:
    """Play the three patients."""
    async with stage.kernel() as kernel:
        with stage.story.step("Jeanne : cinq traits, une réponse") as telling:
            jeanne, calls = await qualify(kernel, JEANNE)
            telling.say(f"Réponse 00 en {calls} appel ; pièce d'identité contrôlée : identité {jeanne.status}.")
        with stage.story.step("Paul : plusieurs identités, la stratégie le trouve") as telling:
            paul, calls = await qualify(kernel, PAUL)
            telling.say(f"D'abord 02, puis trouvé au {calls}e appel : identité {paul.status}.")
        with stage.story.step("Lucie : nom d'usage saisi comme nom de naissance") as telling:
            lucie, calls = await qualify(kernel, LUCIE)
            telling.say(f"Réponse 01 ({calls} appel) : l'identité reste {lucie.status}.")
    stage.patients |= {p.local_id: p for p in (jeanne, paul, lucie)}
