"""The outbox of development: whole files for the owner's eyes, and a log line that tells nothing of anybody."""

import asyncio
import stat
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from structlog.testing import capture_logs

import server
from adapters import adapters_from
from adapters.messages import Mail, Text
from adapters.messages.outbox import MailOutbox, TextOutbox
from adapters.messages.smtp import SmtpMailer
from adapters.messages.twilio import TwilioTexter
from settings import Settings

pytestmark = pytest.mark.once

MAIL = Mail("ana@example.com", "Mã", "Your code: 123456", "<p>123456</p>")
SECRETS = {"secret_key": "k" * 40, "sandbox_webhook_secret": "s" * 40, "public_url": "https://marquee.test"}


def settings(tmp_path: Path, **given: str) -> Settings:
    return Settings(_env_file=None, outbox=str(tmp_path / "data" / "outbox"), **given)


async def test_messages_are_files_for_nobody_else(tmp_path: Path) -> None:
    adapters = adapters_from(settings(tmp_path))
    assert adapters.mail is not None
    assert adapters.texts is not None
    with capture_logs() as lines:
        await asyncio.gather(*(adapters.mail.send(MAIL) for _ in range(20)))
        await adapters.texts.send(Text("+84912345678", "123456\nघर"))
    folder = tmp_path / "data" / "outbox"
    letters, texts = list(folder.glob("*.eml")), list(folder.glob("*.txt"))
    assert (len(letters), len(texts), len(list(folder.iterdir()))) == (20, 1, 21)
    assert {stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for file in letters:
        message = message_from_bytes(file.read_bytes(), policy=default)
        assert (message["To"], message["Subject"]) == ("ana@example.com", "Mã")
    assert texts[0].read_text() == "To: +84912345678\n\n123456\nघर\n"
    assert {line["file"] for line in lines} == {str(file) for file in folder.iterdir()}
    assert not any(secret in str(lines) for secret in ("ana", "example", "84912345678", "123456"))


async def test_a_file_that_cannot_be_finished_is_no_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outbox = adapters_from(settings(tmp_path)).texts
    assert outbox is not None

    def fail(*_: object) -> None:
        raise OSError("The disk is full.")

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", fail)
        with pytest.raises(OSError, match="full"):
            await outbox.send(Text("+84912345678", "123456"))
    assert list((tmp_path / "data" / "outbox").glob("[!.]*")) == []


def test_who_carries_messages_is_what_the_settings_say(tmp_path: Path) -> None:
    at_home = adapters_from(settings(tmp_path))
    assert (type(at_home.mail), type(at_home.texts)) == (MailOutbox, TextOutbox)
    in_earnest = adapters_from(settings(tmp_path, environment="production", **SECRETS))
    assert (in_earnest.mail, in_earnest.texts) == (None, None)
    carried = {"mail_url": "smtp://mail.test", "sms_url": "twilio://sid:token@+15550001111"}
    for environment in ("development", "production"):
        adapters = adapters_from(settings(tmp_path, environment=environment, **SECRETS, **carried))
        assert (type(adapters.mail), type(adapters.texts)) == (SmtpMailer, TwilioTexter)


def test_a_server_without_mail_says_so_when_it_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def warned(**given: str) -> list[object]:
        made = settings(tmp_path, **SECRETS, **given)
        monkeypatch.setattr(server, "settings_from_environment", lambda: made)
        monkeypatch.setattr(server.telemetry, "configure", lambda _: None)
        with capture_logs() as lines:
            server.create()
        return [line["not_set"] for line in lines if "not_set" in line]

    assert warned(environment="development") == []
    assert warned(environment="production") == ["MAIL_URL", "SMS_URL"]
    assert warned(environment="production", mail_url="smtp://mail.test") == ["SMS_URL"]
