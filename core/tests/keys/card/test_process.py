"""One process owns the module; it dies alone, and every fork and thread may use it."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import anyio
import pytest

from caducee.clock import SystemClock
from caducee.contracts.signer import SignatureAlgorithm
from caducee.errors import CardModuleFailed
from caducee.keys.card.process import CardProcess
from caducee.keys.card.protocol import Done, Failed, Login, Look, Mechanism, Reason, Seen, Sign, Signed
from caducee.keys.card.signer import CardSigner
from caducee_sandbox.cards import ENVIRONMENT, module_path

# From Python 3.12 a fork beside threads warns; that is what is tried here.
pytestmark = pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
MESSAGE = b"<SignedInfo/>"


def opened(process, doctor):
    assert process.call(Login(doctor.serial, doctor.pin.encode(), use_last_try=False)) == Done()
    return process


def signs(process, doctor):
    reply = process.call(Sign(doctor.serial, Mechanism.SHA256_RSA_PKCS, MESSAGE))
    return isinstance(reply, Signed)


def card_process_of(process):
    [owned] = process._by_process.values()
    return owned.child


def test_eight_threads_at_first_use_start_one_process_and_all_sign(make_card, desk, process, roux):
    answers = []

    async def prompt(request):
        answers.append(request.serial)
        return roux.pin

    card = make_card(prompt=prompt)
    signed = []

    def use():
        signer = CardSigner(card, roux.identifier, clock=SystemClock())
        signed.append(anyio.run(signer.sign, MESSAGE, SignatureAlgorithm.RSA_SHA256))

    threads = [threading.Thread(target=use) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(signed) == 8
    assert len(set(signed)) == 1
    counted = desk.counters(roux.serial)
    assert (counted.login, counted.sign) == (1, 8)


@pytest.mark.requirement("PKCS11-UG-PROCESSES")
def test_a_forked_process_starts_its_own_and_leaves_ours_alone(desk, process, roux):
    opened(process, roux)
    ours = card_process_of(process).pid
    forked = os.fork()
    if forked == 0:
        code = 1
        try:
            code = 7 if signs(opened(process, roux), roux) and card_process_of(process).pid != ours else 2
            process.stop()
        finally:
            os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(forked, 0)[1]) == 7
    assert signs(process, roux)
    assert card_process_of(process).pid == ours
    assert desk.counters(roux.serial).sign == 2


def test_a_forked_process_that_lives_on_does_not_keep_our_card_process_alive(process):
    process.call(Look())
    ours = card_process_of(process)
    ready, told = os.pipe()
    until, ended = os.pipe()
    forked = os.fork()
    if forked == 0:
        try:
            os.close(ended)
            process.call(Look())
            os.write(told, b".")
            os.read(until, 1)
            process.stop()
        finally:
            os._exit(0)
    assert os.read(ready, 1) == b"."
    process.stop()
    assert ours.returncode == 0
    for end in (ready, told, until, ended):
        os.close(end)
    os.waitpid(forked, 0)


def test_a_fork_while_another_thread_holds_the_lock_does_not_hang(process, roux):
    opened(process, roux)
    owned = process._by_process[os.getpid()]
    with owned.lock:
        forked = os.fork()
        if forked == 0:
            code = 1
            try:
                code = 7 if signs(opened(process, roux), roux) else 2
            finally:
                os._exit(code)
    assert os.waitstatus_to_exitcode(os.waitpid(forked, 0)[1]) == 7


def sign_elsewhere(directory, doctor, queue):
    process = CardProcess(str(module_path()), environment={ENVIRONMENT: directory}, timeout=20)
    queue.put(signs(opened(process, doctor), doctor))
    process.stop()


def test_workers_of_multiprocessing_each_sign(desk, process, roux):
    opened(process, roux)
    context = multiprocessing.get_context("fork")
    queue = context.SimpleQueue()
    workers = [context.Process(target=sign_elsewhere, args=(str(desk.directory), roux, queue)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [w.exitcode for w in workers] == [0, 0]
    assert [queue.get(), queue.get()] == [True, True]
    queue.close()
    for worker in workers:
        worker.close()


@pytest.mark.requirement("PKCS11-UG-PROCESSES")
def test_a_host_that_already_uses_the_module_is_untouched(desk, process, roux, monkeypatch):
    import pkcs11

    monkeypatch.setenv(ENVIRONMENT, str(desk.directory))
    host = pkcs11.lib(str(module_path()))
    session = host.get_slots(token_present=True)[0].get_token().open(user_pin=roux.pin)
    assert signs(opened(process, roux), roux)
    process.stop()
    key = session.get_key(object_class=pkcs11.ObjectClass.PRIVATE_KEY, label="CPS_PRIV_SIG")
    assert key.sign(MESSAGE, mechanism=pkcs11.Mechanism.SHA256_RSA_PKCS)
    session.close()
    host.finalize()


def test_a_killed_card_process_is_an_error_once_and_starts_anew(process, roux):
    opened(process, roux)
    os.kill(card_process_of(process).pid, signal.SIGKILL)
    with pytest.raises(CardModuleFailed):
        process.call(Look())
    reply = process.call(Sign(roux.serial, Mechanism.SHA256_RSA_PKCS, MESSAGE))
    assert reply == Failed(Reason.PIN_REQUIRED)


def test_a_module_that_hangs_is_ended_in_time(desk, roux):
    desk.delay(roux.serial, 60_000)
    process = CardProcess(str(module_path()), environment={ENVIRONMENT: str(desk.directory)}, timeout=4.0)
    opened(process, roux)
    with pytest.raises(CardModuleFailed):
        signs(process, roux)
    assert isinstance(process.call(Look()), Seen)
    process.stop()


def test_an_error_in_doubt_ends_the_card_process(desk, process, roux):
    opened(process, roux)
    before = card_process_of(process)
    (desk.directory / "cards" / roux.serial / "card.json").write_text("{")
    with pytest.raises(CardModuleFailed) as caught:
        process.call(Look())
    assert before.returncode == 3
    assert str(caught.value) == "DeviceError"


def test_a_module_that_does_not_exist_says_so(tmp_path):
    process = CardProcess(str(tmp_path / "no.so"), environment={})
    with pytest.raises(CardModuleFailed) as caught:
        process.call(Look())
    assert caught.value.explain().remedy
    process.stop()


def test_the_card_process_ends_with_its_parent(process):
    process.call(Look())
    child = card_process_of(process)
    process.stop()
    assert child.returncode == 0


@pytest.mark.parametrize("used", [True, False])
def test_a_card_process_that_was_ended_for_good_starts_no_other(process, used):
    if used:
        process.call(Look())
    process.close()
    with pytest.raises(CardModuleFailed):
        process.call(Look())
    assert card_process_of(process) is None


def test_the_card_process_ends_when_its_parent_is_killed(desk, roux):
    program = f"""
import os, signal
from caducee.keys.card.process import CardProcess
from caducee.keys.card.protocol import Login
process = CardProcess({str(module_path())!r}, environment={{{ENVIRONMENT!r}: {str(desk.directory)!r}}})
process.call(Login({roux.serial!r}, {roux.pin.encode()!r}, use_last_try=False))
print(process._by_process[os.getpid()].child.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode == -signal.SIGKILL
    assert ends(int(done.stdout)), "the card process outlived its parent"


@pytest.mark.parametrize("place", ["look", "login", "sign"])
def test_a_card_process_whose_module_hangs_does_not_keep_the_card_from_the_next_host(desk, roux, place):
    program = f"""
import os, signal, threading, time
from caducee.keys.card.process import CardProcess
from caducee.keys.card.protocol import Login, Look, Mechanism, Sign
from caducee_sandbox.cards import CardDesk
from pathlib import Path
desk = CardDesk(Path({str(desk.directory)!r}))
process = CardProcess({str(module_path())!r}, environment={{{ENVIRONMENT!r}: {str(desk.directory)!r}}})
process.call(Look())
print(process._by_process[os.getpid()].child.pid, flush=True)
def use():
    desk.trouble("hang", at={place!r})
    process.call(Login({roux.serial!r}, {roux.pin.encode()!r}, use_last_try=False))
    process.call(Sign({roux.serial!r}, Mechanism.SHA256_RSA_PKCS, b"x"))
threading.Thread(target=use, daemon=True).start()
while not (desk.directory / "trouble.json").exists() or desk.troubles_left():
    time.sleep(0.02)
time.sleep(0.2)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert ends(int(done.stdout)), "the card process outlived its parent"


def ends(process_number):
    """Wait until this card process is no more; not for ever."""
    running = Path(f"/proc/{process_number}/cmdline")
    for _ in range(400):
        if not (running.exists() and b"caducee" in running.read_bytes()):
            return True
        time.sleep(0.05)
    os.kill(process_number, signal.SIGKILL)
    return False


def test_stopping_does_not_wait_for_a_card_that_hangs(desk, process, roux):
    desk.delay(roux.serial, 60_000)
    opened(process, roux)
    caught = []

    def sign():
        try:
            signs(process, roux)
        except CardModuleFailed as error:
            caught.append(error)

    thread = threading.Thread(target=sign)
    thread.start()
    time.sleep(0.3)
    begun = time.monotonic()
    process.stop()
    assert time.monotonic() - begun < 5
    thread.join()
    assert len(caught) == 1


def test_an_abandoned_client_leaves_no_warning_behind(process):
    process.call(Look())
    process.stop()
    gc.collect()


def test_the_client_never_loads_pkcs11_itself():
    program = "import sys, caducee.keys.card.access, caducee.keys.card.signer; sys.exit('pkcs11' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


def test_a_call_that_still_waits_for_its_turn_when_the_process_is_closed_starts_no_other(process, roux):
    opened(process, roux)
    owned = process._by_process[os.getpid()]
    refused = []

    def wait_for_a_turn():
        try:
            process.call(Look())
        except CardModuleFailed as error:
            refused.append(error)

    with owned.lock:
        late = threading.Thread(target=wait_for_a_turn)
        late.start()
        process._closed = True
    late.join()
    process.close()
    assert len(refused) == 1
    assert owned.child is None
