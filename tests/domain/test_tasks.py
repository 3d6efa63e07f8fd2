"""What must be done later is read as it was written."""

from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from domain.notices import Notice
from domain.tasks import (
    CarryOutRefund,
    CloseOffer,
    DeliverSandboxWebhook,
    SendCode,
    SendInvitation,
    SendNotice,
    Task,
    from_body,
    to_body,
)

pytestmark = pytest.mark.once

TASKS = st.one_of(
    st.builds(CarryOutRefund, st.uuids()),
    st.builds(CloseOffer, st.uuids()),
    st.builds(DeliverSandboxWebhook, st.text()),
    st.builds(SendCode, st.uuids()),
    st.builds(SendNotice, st.uuids(), st.sampled_from(Notice), st.emails(), st.sampled_from(["", "vi"])),
    st.builds(SendInvitation, st.uuids()),
)


@given(TASKS)
def test_a_task_is_the_same_after_the_queue(task: Task) -> None:
    assert from_body(task.kind, to_body(task)) == task


def test_a_task_is_kept_as_text() -> None:
    assert to_body(CarryOutRefund(UUID(int=1))) == {"refund_id": "00000000-0000-0000-0000-000000000001"}


def test_a_task_nobody_knows_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="No task is called 'paint-the-hall'"):
        from_body("paint-the-hall", {})
