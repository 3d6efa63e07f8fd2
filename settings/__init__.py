"""Every setting of Marquee: typed, documented, read from the environment once and passed in."""

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_settings import SettingsConfigDict

from settings.messages import MessageSettings
from settings.payments import DEVELOPMENT_WEBHOOK_SECRET, PaymentSettings

DEVELOPMENT_SECRET = "marquee-development-secret-do-not-use-in-production"
SECRET_BYTES = 32
VERSION = "0.1.0"


class MissingSettings(Exception):
    """Production was asked for, and these settings still have their development value."""


class Settings(MessageSettings, PaymentSettings):
    """What an operator may set; the environment variable has the field's name in upper case."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", frozen=True)

    environment: Literal["development", "production"] = Field(
        default="development", description="production refuses default secrets and never loads demo data."
    )
    database_url: str = Field(
        default="sqlite://data/marquee.sqlite3",
        description="sqlite://PATH for one machine, postgres://USER:PASSWORD@HOST/NAME for many.",
    )
    redis_url: str = Field(default="", description="redis://HOST:PORT/0; empty: live changes stay in this process.")
    host: str = Field(default="127.0.0.1", description="Address to listen on; 0.0.0.0 in a container.")
    port: int = Field(default=8000, description="Port to listen on.")
    public_url: str = Field(default="", description="How browsers reach this server; empty: http://HOST:PORT.")
    workers: int = Field(default=1, ge=1, le=64, description="Server processes; more than one needs PostgreSQL.")
    secret_key: str = Field(default=DEVELOPMENT_SECRET, description="All keys are derived from it; at least 32 bytes.")
    previous_secret_keys: str = Field(default="", description="Those before it, comma separated; still believed.")
    ticket_key: str = Field(default="", description="Ed25519 seed of ticket codes, in hex; empty: from SECRET_KEY.")
    google_client_ids: str = Field(default="", description="Google's names for us, comma separated; empty: none.")
    google_keys_url: str = Field(
        default="https://www.googleapis.com/oauth2/v3/certs", description="Where Google's signing keys are."
    )

    hold_minutes: float = Field(default=10.0, gt=0, description="How long a hold lasts; fractions allowed.")
    hold_max_minutes: float = Field(
        default=30.0, gt=0, description="How long a hold may last in all, extensions included."
    )
    hold_seats_max: int = Field(default=10, ge=1, description="Seats one hold may have.")
    seats_per_person: int = Field(
        default=20, ge=1, description="Seats, held and bought, one person may have of one showtime."
    )
    seat_rules: str = Field(
        default="NO_LONELY_SEAT,COMPANION_WITH_WHEELCHAIR,LOVE_SEAT_IN_PAIRS",
        pattern=r"^(NO_LONELY_SEAT|COMPANION_WITH_WHEELCHAIR|LOVE_SEAT_IN_PAIRS|,)*$",
        description="The house's rules about which seats may be sold together, comma separated; empty: none.",
    )
    age_unknown: Literal["door", "refuse"] = Field(
        default="door",
        description="Those whose date of birth is not known, and a film with a least age: door sells, and has the age "
        "checked at the door; refuse asks for the date first.",
    )
    holds_per_person: int = Field(default=3, ge=1, description="Live holds and unpaid bookings a person may have.")
    payment_grace_minutes: float = Field(
        default=5.0, ge=0, description="The one extra stretch a hold gets while a payment is processing."
    )
    access_token_minutes: float = Field(default=15.0, gt=0, description="Life of an access token.")
    refresh_token_days: float = Field(default=30.0, gt=0, description="Life of a refresh token.")
    invitation_days: float = Field(
        default=7.0, gt=0, description="How long an invitation to the staff may be accepted."
    )
    bcrypt_rounds: int = Field(default=12, ge=4, le=16, description="Cost of hashing a password.")

    introspection: bool = Field(default=True, description="Whether clients may ask for the schema.")
    persisted_operations: str = Field(
        default="", description="Folder of *.graphql documents that clients may call by their SHA-256."
    )
    persisted_only: bool = Field(
        default=False, description="Whether nothing but the documents of that folder is served."
    )
    allowed_origins: str = Field(default="", description="Other origins browsers may call from, comma separated.")
    max_body_bytes: int = Field(default=100_000, description="Largest HTTP body.")
    max_depth: int = Field(default=15, description="Deepest GraphQL selection.")
    max_aliases: int = Field(default=30, description="Most aliases in one operation.")
    max_directives: int = Field(default=50, description="Most directives in one operation.")
    max_tokens: int = Field(default=2_000, description="Most tokens in one document.")
    max_root_fields: int = Field(default=20, description="Most fields at the root of one operation.")
    max_cost: int = Field(default=10_000, description="Highest estimated cost of one operation; see docs/api.md.")
    read_seconds: float = Field(default=10.0, gt=0, description="How long a client may take to send one request.")
    operation_seconds: float = Field(default=20.0, gt=0, description="How long a query may take; mutations end.")

    rate_limits: bool = Field(default=True, description="Whether tries and costs are counted; off for load tests.")
    tries_per_account: int = Field(default=10, ge=1, description="Tries at one account or code in 15 minutes.")
    tries_per_address: int = Field(default=600, ge=1, description="Such tries of one network address.")
    cost_per_minute: int = Field(default=60_000, ge=1, description="Cost one person may cause; addresses 5 times.")

    answer_cache_megabytes: int = Field(
        default=64, ge=0, description="Memory of one process for answers that are the same for everybody; 0: none."
    )
    answer_catalogue_seconds: float = Field(
        default=300.0, gt=0, description="How long an answer about movies and venues is kept at most."
    )
    answer_showtimes_seconds: float = Field(
        default=60.0, gt=0, description="How long an answer about showtimes is kept at most."
    )
    answer_seat_map_seconds: float = Field(
        default=30.0, gt=0, description="How long an answer with a seat map is kept at most."
    )
    session_trust_seconds: float = Field(
        default=1.5, gt=0, le=300, description="How long who a token stands for is remembered without asking again."
    )
    answer_trace: bool = Field(default=False, description="Log for each such answer whether it was kept or made.")
    http_cache_seconds: int = Field(
        default=10, ge=0, description="How long browsers and proxies may keep what they ask for by GET and hash."
    )

    ws_init_seconds: float = Field(default=10.0, description="How long a websocket may wait with connection_init.")
    ws_max_message_bytes: int = Field(default=65_536, description="Largest websocket message.")
    ws_operations_max: int = Field(default=100, description="Operations running at once on one websocket.")
    ws_sockets_max: int = Field(default=20_000, description="Open websockets of one process.")
    ws_sockets_per_address: int = Field(
        default=10_000, ge=0, description="Open websockets of one network address in one process; 0: any number."
    )
    ws_sockets_per_user: int = Field(
        default=50, ge=0, description="Open websockets of one person in one process; 0: any number."
    )
    ws_ping_seconds: float = Field(default=20.0, description="How often a websocket is pinged.")
    ws_ping_timeout_seconds: float = Field(default=20.0, description="How long a ping may stay unanswered.")
    ws_stuck_seconds: float = Field(
        default=30.0, gt=0, description="How long a viewer may take nothing before it is told to connect again."
    )
    shutdown_seconds: int = Field(default=10, description="How long a stopping server waits for requests.")
    forwarded_allow_ips: str = Field(default="", description="Proxies whose X-Forwarded-For is believed; empty: none.")

    reconcile_seconds: float = Field(default=1.0, gt=0, description="How often live maps are checked for lost news.")
    house_now_seconds: float = Field(
        default=2.0,
        gt=0,
        description="How often servers tell each other of their viewers, and those who watch the house.",
    )
    sweep_seconds: float = Field(default=0.5, gt=0, description="How often expired holds are swept.")
    jobs: bool = Field(default=True, description="Run sweeps and durable tasks inside the server process.")
    demo: bool = Field(default=True, description="Load the demo cinema into an empty development database.")
    demo_crowd: bool = Field(
        default=True, description="Sell seats of the demo cinema's showtimes of today and tomorrow to made-up guests."
    )
    database_pool_size: int = Field(default=20, ge=2, description="PostgreSQL connections of one process.")
    database_acquire_seconds: float = Field(default=5.0, description="How long to wait for a free connection.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="Least level logged.")
    log_format: Literal["auto", "json", "console"] = Field(
        default="auto", description="auto: colours on a terminal, JSON elsewhere."
    )

    @property
    def address(self) -> str:
        """How browsers reach this server, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def own_address(self) -> str:
        """How this machine reaches its own server, past any balancer."""
        host = "127.0.0.1" if self.host in ("0.0.0.0", "::") else self.host  # noqa: S104
        return f"http://{host}:{self.port}"

    @property
    def on_sqlite(self) -> bool:
        """Whether the database is a file of this machine."""
        return self.database_url.startswith("sqlite")

    @property
    def sqlite_path(self) -> Path | None:
        """Where the SQLite file is; None on PostgreSQL."""
        return Path(self.database_url.removeprefix("sqlite://")) if self.on_sqlite else None

    @property
    def previous_keys(self) -> list[str]:
        """The secrets before SECRET_KEY, whose signatures still hold."""
        return _listed(self.previous_secret_keys)

    @property
    def house_rules(self) -> frozenset[str]:
        """The names of the house's rules about seats."""
        return frozenset(_listed(self.seat_rules))

    @property
    def providers(self) -> frozenset[str]:
        """The enabled payment providers."""
        return frozenset(name.upper() for name in _listed(self.payment_providers))

    @model_validator(mode="after")
    def _fit_for_its_environment(self) -> Self:
        if any(len(key.encode()) < SECRET_BYTES for key in [self.secret_key, *self.previous_keys]):
            raise MissingSettings(f"SECRET_KEY and PREVIOUS_SECRET_KEYS: each needs {SECRET_BYTES} bytes or more.")
        if self.workers > 1 and self.on_sqlite:
            raise MissingSettings("WORKERS above 1 need DATABASE_URL=postgres://…; SQLite serves one process.")
        if self.persisted_only and not self.persisted_operations:
            raise MissingSettings("PERSISTED_ONLY needs PERSISTED_OPERATIONS, the folder of the documents to serve.")
        if self.environment == "production":
            self._refuse_defaults()
        return self

    def _refuse_defaults(self) -> None:
        known = {
            "SECRET_KEY": DEVELOPMENT_SECRET,
            "SANDBOX_WEBHOOK_SECRET": DEVELOPMENT_WEBHOOK_SECRET,
            "PUBLIC_URL": "",
        }
        missing = [name for name, default in known.items() if getattr(self, name.lower()) == default]
        if missing:
            raise MissingSettings(f"In production these must be set: {', '.join(missing)}.")
        if DEVELOPMENT_SECRET in self.previous_keys:
            raise MissingSettings("PREVIOUS_SECRET_KEYS: everybody knows the development secret.")


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def settings_from_environment(**given: int) -> Settings:
    """Read the settings from the environment and `.env`, and from what was `given` on the command line.

    MissingSettings or pydantic's ValidationError says which one is wrong.
    """
    return Settings.model_validate({**Settings().model_dump(), **given}) if given else Settings()
