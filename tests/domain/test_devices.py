"""People recognise their devices in a list."""

import pytest
from hypothesis import given, strategies as st

from domain.devices import readable

pytestmark = pytest.mark.once

WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0"


@pytest.mark.parametrize(
    ("agent", "called"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64; rv:142.0) Gecko/20100101 Firefox/142.0", "Firefox on Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36", "Chrome on Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36 Edg/141.0", "Edge on Windows"),
        (f"Mozilla/5.0 (Linux; Android 15; Pixel 9) {CHROME} Mobile Safari/537.36", "Chrome on Android"),
        (f"Mozilla/5.0 (Linux; Android 15) SamsungBrowser/28.0 {CHROME} Safari/537.36", "Samsung Internet on Android"),
        (f"Mozilla/5.0 (X11; CrOS x86_64 14541) {CHROME} Safari/537.36 OPR/120", "Opera on ChromeOS"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {WEBKIT} Version/26.0 Safari/605.1.15", "Safari on Mac"),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) {WEBKIT} CriOS/141 Safari/604", "Chrome on iPhone"),
        (f"Mozilla/5.0 (iPad; CPU OS 26_0 like Mac OS X) {WEBKIT} FxiOS/142 Safari/604", "Firefox on iPad"),
        ("python-httpx2/2.16.2", "python-httpx2/2.16.2"),
        ("Marquee Kiosk 4", "Marquee"),
        ("x" * 300, "x" * 60),
        ("", "Unknown device"),
        ("   ", "Unknown device"),
    ],
)
def test_a_device_is_called_what_people_call_it(agent: str, called: str) -> None:
    assert readable(agent) == called


@given(st.text(max_size=400))
def test_every_device_is_called_something_short(agent: str) -> None:
    assert 0 < len(readable(agent)) <= 60
