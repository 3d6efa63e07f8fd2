"""Letters over SMTP: handed over whole, to one reader, and never with a header that somebody else has written."""

import ssl
from datetime import UTC, datetime
from email.headerregistry import Address
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import clock
from adapters.messages import Mail, NotSent, Undeliverable
from adapters.messages.mime import sender_of, written
from adapters.messages.smtp import SmtpMailer, read_mail_url
from settings import MissingSettings
from tests.doubles.smtp import MailServer

pytestmark = pytest.mark.once

SENDER = sender_of("Rạp Marquee <box-office@marquee.test>")
MAIL = Mail("ana@example.com", "Mã — आपका कोड", "123456\n.\nघर\n", "<p>123456 &amp; घर</p>", "row-1")


async def sent(
    server: MailServer, mail: Mail = MAIL, *, url: str = "smtp://127.0.0.1:{port}", seconds: float = 5
) -> None:
    await SmtpMailer(read_mail_url(url.format(port=server.port)), SENDER, seconds).send(mail)


async def test_a_letter_arrives_as_it_was_written() -> None:
    async with MailServer().serving() as server:
        await sent(server)
        (letter,) = server.letters
    assert (letter.sender, letter.recipient) == ("box-office@marquee.test", "ana@example.com")
    message = letter.message
    assert (message["From"], message["To"]) == ("Rạp Marquee <box-office@marquee.test>", "ana@example.com")
    assert (message["Subject"], message["Message-ID"]) == (MAIL.subject, "<row-1@marquee.test>")
    assert message["Auto-Submitted"] == "auto-generated"
    text, html = message.iter_parts()
    assert (text.get_content_type(), text.get_content().replace("\r\n", "\n")) == ("text/plain", MAIL.text)
    assert (html.get_content_type(), html.get_content().strip()) == ("text/html", MAIL.html)
    assert letter.raw.isascii()


@pytest.mark.parametrize("evil", ["\n", "\r\n", "\r", "\nBcc: eve@example.com", "\r\n\r\nbody", "\x00\nBcc: e@e.ee"])
def test_no_value_becomes_a_header(evil: str) -> None:
    """Spaces around an address are nothing; a line end in anything else stops the letter."""
    for mail in (
        Mail(f"ana{evil}@example.com", "S", "T", "H"),
        Mail("ana@example.com", f"S{evil}S", "T", "H"),
        Mail("ana@example.com", "S", "T", "H", f"row{evil}row"),
    ):
        with pytest.raises(Undeliverable):
            written(mail, SENDER, clock.now())
    if evil.strip():
        with pytest.raises(Undeliverable):
            written(Mail(f"ana@example.com{evil}", "S", "T", "H"), SENDER, clock.now())
    else:
        message = written(Mail(f"ana@example.com{evil}", "S", "T", "H"), SENDER, clock.now())
        assert str(message["To"]) == "ana@example.com"


@pytest.mark.parametrize("to", ["ana", "", "@", "ana@", "a b@example.com>, <eve@example.com", "ana@.example.com"])
def test_what_is_no_address_gets_no_letter_or_just_one(to: str) -> None:
    try:
        message = written(Mail(to, "S", "T", "H"), SENDER, datetime(2026, 11, 21, tzinfo=UTC))
    except Undeliverable:
        return
    assert [len(message[name].addresses) for name in ("From", "To")] == [1, 1]
    assert "Bcc" not in message


async def test_addresses_of_all_alphabets_are_written_to_where_the_server_can() -> None:
    async with MailServer().serving() as server:
        await sent(server, Mail("ana@bücher.example", "S", "T", "H"))
        await sent(server, Mail("hà.nội@example.com", "S", "T", "H"))
        assert [letter.recipient for letter in server.letters] == ["ana@xn--bcher-kva.example", "hà.nội@example.com"]
    async with MailServer(utf8=False).serving() as server:
        with pytest.raises(Undeliverable):
            await sent(server, Mail("hà.nội@example.com", "S", "T", "H"))
        assert server.letters == []


@pytest.mark.parametrize(
    ("answers", "kind"),
    [
        ({"RCPT": "550 5.1.1 <ana@example.com> is unknown"}, Undeliverable),
        ({"RCPT": "451 4.7.1 <ana@example.com> greylisted"}, NotSent),
        ({"END": "554 5.7.1 <ana@example.com> calls this spam"}, Undeliverable),
        ({"END": "452 4.3.1 disk full for ana@example.com"}, NotSent),
        ({"MAIL": "550 5.7.1 who are you? ana@example.com"}, NotSent),
        ({"HELLO": "554 ana@example.com has had enough"}, NotSent),
        ({"HELLO": "silence"}, NotSent),
        ({"EHLO": "421 ana@example.com closed"}, NotSent),
    ],
)
async def test_trouble_is_told_apart_and_names_nobody(answers: dict[str, str], kind: type[Exception]) -> None:
    async with MailServer(answers=answers).serving() as server:
        with pytest.raises((NotSent, Undeliverable)) as trouble:
            await sent(server, seconds=0.4)
        assert server.letters == []
    assert type(trouble.value) is kind
    assert "ana" not in repr(trouble.value)
    assert trouble.value.__cause__ is None


async def test_nobody_listening_is_trouble_that_passes() -> None:
    async with MailServer().serving() as server:
        pass
    with pytest.raises(NotSent):
        await sent(server)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for loopback, with its key, that nobody trusts unless told to."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "double")])
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = made.not_valid_before(datetime(2020, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2120, 1, 1, tzinfo=UTC))
    loopback = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    made = made.add_extension(loopback, critical=False)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem: Path = tmp_path_factory.mktemp("tls") / "double.pem"
    pem.write_bytes(private + made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return pem


@pytest.fixture
def tls(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


async def test_a_password_goes_to_no_server_that_cannot_be_trusted(tls: ssl.SSLContext) -> None:
    """In the clear, or to somebody with a certificate of their own making: neither is told anything."""
    with_password = "smtp://box:office@127.0.0.1:{port}"
    async with MailServer().serving() as server:
        with pytest.raises(NotSent):
            await sent(server, url=with_password)
        assert (server.known, server.letters) == ([], [])
        await sent(server, url=with_password + "?starttls=no")
        assert (server.known, len(server.letters)) == ([("box", "office")], 1)
    async with MailServer(tls=tls).serving() as server:
        with pytest.raises(NotSent):
            await sent(server, url=with_password)
        assert (server.known, server.letters) == ([], [])
        assert server.commands == ["EHLO", "STARTTLS"]


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_password_goes_encrypted_to_a_server_that_is_trusted(
    tls: ssl.SSLContext, certificate: Path, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    async with MailServer(tls=tls).serving(from_the_start=scheme == "smtps") as server:
        await sent(server, url=scheme + "://box:of%40fice@127.0.0.1:{port}")
        assert (server.known, len(server.letters)) == ([("box", "of@fice")], 1)
        assert ("STARTTLS" in server.commands) is (scheme == "smtp")


@pytest.mark.parametrize(
    "url", ["", "marquee.test", "http://marquee.test", "smtp://", "smtp://host:port", "smtp://:25"]
)
def test_an_address_without_its_parts_is_refused_at_the_start(url: str) -> None:
    with pytest.raises(MissingSettings):
        read_mail_url(url)


@pytest.mark.parametrize("sender", ["", "Marquee", "Marquee <>", "a@b@c <x>", "Marquee <box office>"])
def test_a_sender_without_an_address_is_refused_at_the_start(sender: str) -> None:
    with pytest.raises(MissingSettings):
        sender_of(sender)


def test_mail_goes_to_the_usual_ports() -> None:
    assert [read_mail_url(url).port for url in ("smtp://host", "smtps://host", "smtp://host:25")] == [587, 465, 25]
    assert isinstance(SENDER, Address)
