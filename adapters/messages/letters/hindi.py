"""The words in Hindi."""

from typing import Final

from adapters.messages.letters.words import Saying, Words
from domain.codes import CodePurpose
from domain.notices import Notice

_LASTS = "यह {minutes} मिनट तक मान्य है और एक ही बार काम करता है।"

HINDI: Final = Words(
    language="hi",
    greeting="नमस्ते,",
    closing="सिनेमा में मिलते हैं",
    your_code="आपका कोड",
    not_asked="अगर आपने यह नहीं माँगा था, तो कुछ करने की ज़रूरत नहीं है। कोड किसी को न बताएँ: हम उसे कभी नहीं पूछते।",
    not_you="अगर यह आपने नहीं किया, तो तुरंत अपना पासवर्ड रीसेट करें और {house} को बताएँ।",
    accept="निमंत्रण स्वीकार करें",
    for_programs="प्रोग्राम इसके बदले यह टोकन लेते हैं:",
    code_text="{house}: आपका कोड {code} है, {minutes} मिनट तक मान्य। इसे किसी को न बताएँ।",
    codes={
        CodePurpose.VERIFY_EMAIL: Saying(
            "अपने ई-मेल पते की पुष्टि करें", ("{house} में आपका स्वागत है! यह कोड पुष्टि करता है कि यह पता आपका है।", _LASTS)
        ),
        CodePurpose.CHANGE_EMAIL: Saying(
            "अपने नए ई-मेल पते की पुष्टि करें", ("इस कोड से यह पता {house} में आपके खाते का पता बन जाएगा।", _LASTS)
        ),
        CodePurpose.RESET_PASSWORD: Saying(
            "{house} के लिए नया पासवर्ड", ("इस कोड से आप नया पासवर्ड चुन सकते हैं।", _LASTS, "सभी डिवाइस लॉग आउट हो जाएँगे।")
        ),
        CodePurpose.LOG_IN_BY_PHONE: Saying("{house} में लॉग इन", ("इस कोड से आप लॉग इन करेंगे।", _LASTS)),
        CodePurpose.LINK_PHONE: Saying("अपने फ़ोन की पुष्टि करें", ("यह कोड पुष्टि करता है कि यह फ़ोन आपका है।", _LASTS)),
    },
    notices={
        Notice.REFRESH_TOKEN_REUSED: Saying(
            "आपकी सुरक्षा के लिए एक सत्र समाप्त किया गया",
            (
                "आपका एक सत्र एक साथ दो जगहों से इस्तेमाल हुआ, जो चोरी जैसा लगता है। उसे समाप्त कर दिया गया है।",
                "कृपया फिर से लॉग इन करें।",
            ),
        ),
        Notice.PASSWORD_CHANGED: Saying("आपका पासवर्ड बदल गया है", ("{house} में आपके खाते का पासवर्ड अभी बदला गया है।",)),
        Notice.EMAIL_CHANGED: Saying(
            "आपका ई-मेल पता बदल गया है", ("{house} में आपके खाते का ई-मेल पता अब दूसरा है। आगे के पत्र वहीं जाएँगे।",)
        ),
        Notice.PHONE_LINKED: Saying(
            "एक फ़ोन आपके खाते में लॉग इन कर सकता है", ("{house} में आपके खाते में एक फ़ोन नंबर जोड़ा गया है।",)
        ),
        Notice.GOOGLE_LINKED: Saying(
            "Google आपके खाते में लॉग इन कर सकता है", ("एक Google खाता {house} में आपके खाते से जोड़ा गया है।",)
        ),
        Notice.SECOND_FACTOR_ON: Saying(
            "दूसरा चरण आपके खाते की रक्षा करता है",
            ("अब से {house} में लॉग इन करने के लिए आपके ऑथेंटिकेटर ऐप का कोड भी चाहिए।",),
        ),
        Notice.SECOND_FACTOR_OFF: Saying(
            "दूसरा चरण बंद कर दिया गया है", ("अब {house} में लॉग इन करने के लिए ऑथेंटिकेटर ऐप का कोड नहीं चाहिए।",)
        ),
        Notice.RECOVERY_CODE_USED: Saying(
            "एक रिकवरी कोड इस्तेमाल हुआ", ("किसी ने रिकवरी कोड से {house} में आपके खाते में लॉग इन किया है।",)
        ),
        Notice.ACCOUNT_LOCKED: Saying(
            "आपका खाता बंद कर दिया गया है", ("{house} में आपके खाते पर ताला लगा दिया गया है। कृपया हमसे पूछें।",)
        ),
        Notice.ACCOUNT_DELETED: Saying(
            "आपका खाता हटा दिया गया है",
            ("{house} में आपका खाता और आपका निजी डेटा हटा दिया गया है। हम केवल वही रखते हैं जो क़ानून माँगता है।",),
        ),
    },
    invitation=Saying("{house} से जुड़ने का निमंत्रण", ("{house} चाहता है कि आप इस ई-मेल पते से उसके कर्मचारियों में शामिल हों।",)),
)
