"""The words in English."""

from typing import Final

from adapters.messages.letters.words import Saying, Words
from domain.codes import CodePurpose
from domain.notices import Notice

_LASTS = "It is good for {minutes} minutes and works once."

ENGLISH: Final = Words(
    language="en",
    greeting="Hello,",
    closing="See you at the cinema",
    your_code="Your code",
    not_asked="If you did not ask for this, there is nothing to do. Never tell a code to anybody: we do not ask for it.",
    not_you="If this was not you, reset your password at once and tell {house}.",
    accept="Accept the invitation",
    for_programs="Programs take this token instead:",
    code_text="{house}: {code} is your code, for {minutes} minutes. Never tell it to anybody.",
    codes={
        CodePurpose.VERIFY_EMAIL: Saying(
            "Confirm your e-mail address",
            ("Welcome to {house}! This code confirms that you read this address.", _LASTS),
        ),
        CodePurpose.CHANGE_EMAIL: Saying(
            "Confirm your new e-mail address", ("This code makes this the address of your account at {house}.", _LASTS)
        ),
        CodePurpose.RESET_PASSWORD: Saying(
            "A new password for {house}",
            ("With this code you can choose a new password.", _LASTS, "All devices will be logged out."),
        ),
        CodePurpose.LOG_IN_BY_PHONE: Saying("Log in to {house}", ("This code logs you in.", _LASTS)),
        CodePurpose.LINK_PHONE: Saying("Confirm your phone", ("This code confirms that this is your phone.", _LASTS)),
    },
    notices={
        Notice.REFRESH_TOKEN_REUSED: Saying(
            "A session was ended to protect you",
            (
                "One of your sessions was used from two places at once, which looks like theft. It has been ended.",
                "Please log in again.",
            ),
        ),
        Notice.PASSWORD_CHANGED: Saying(
            "Your password has been changed", ("The password of your account at {house} has just been changed.",)
        ),
        Notice.EMAIL_CHANGED: Saying(
            "Your e-mail address has been changed",
            ("Your account at {house} has another e-mail address now. Letters will go there from now on.",),
        ),
        Notice.PHONE_LINKED: Saying(
            "A phone can log in to your account", ("A phone number has been added to your account at {house}.",)
        ),
        Notice.GOOGLE_LINKED: Saying(
            "Google can log in to your account", ("A Google account has been linked with your account at {house}.",)
        ),
        Notice.SECOND_FACTOR_ON: Saying(
            "A second step protects your account",
            ("From now on, logging in to {house} needs a code from your authenticator app too.",),
        ),
        Notice.SECOND_FACTOR_OFF: Saying(
            "The second step has been turned off",
            ("Logging in to {house} no longer needs a code from your authenticator app.",),
        ),
        Notice.RECOVERY_CODE_USED: Saying(
            "A recovery code was used", ("Somebody has logged in to your account at {house} with a recovery code.",)
        ),
        Notice.ACCOUNT_LOCKED: Saying(
            "Your account has been locked", ("Your account at {house} has been locked. Please ask us about it.",)
        ),
        Notice.ACCOUNT_DELETED: Saying(
            "Your account has been deleted",
            ("Your account at {house} has been deleted, with your personal data. We keep only what the law asks for.",),
        ),
    },
    invitation=Saying(
        "You are invited to join {house}", ("{house} would like you to join its staff, under this e-mail address.",)
    ),
)
