"""The words in Vietnamese."""

from typing import Final

from adapters.messages.letters.words import Saying, Words
from domain.codes import CodePurpose
from domain.notices import Notice

_LASTS = "Mã có hiệu lực trong {minutes} phút và chỉ dùng được một lần."

VIETNAMESE: Final = Words(
    language="vi",
    greeting="Xin chào,",
    closing="Hẹn gặp bạn ở rạp",
    your_code="Mã của bạn",
    not_asked="Nếu bạn không yêu cầu, bạn không cần làm gì. Đừng cho ai biết mã: chúng tôi không bao giờ hỏi.",
    not_you="Nếu không phải bạn, hãy đặt lại mật khẩu ngay và báo cho {house}.",
    accept="Nhận lời mời",
    for_programs="Chương trình dùng mã thông báo này:",
    code_text="{house}: mã của bạn là {code}, có hiệu lực trong {minutes} phút. Đừng cho ai biết.",
    codes={
        CodePurpose.VERIFY_EMAIL: Saying(
            "Xác nhận địa chỉ e-mail của bạn",
            ("Chào mừng bạn đến với {house}! Mã này xác nhận đây là địa chỉ của bạn.", _LASTS),
        ),
        CodePurpose.CHANGE_EMAIL: Saying(
            "Xác nhận địa chỉ e-mail mới",
            ("Mã này đặt địa chỉ này làm địa chỉ cho tài khoản của bạn tại {house}.", _LASTS),
        ),
        CodePurpose.RESET_PASSWORD: Saying(
            "Mật khẩu mới cho {house}",
            ("Với mã này bạn có thể chọn mật khẩu mới.", _LASTS, "Mọi thiết bị sẽ bị đăng xuất."),
        ),
        CodePurpose.LOG_IN_BY_PHONE: Saying("Đăng nhập {house}", ("Mã này dùng để đăng nhập.", _LASTS)),
        CodePurpose.LINK_PHONE: Saying("Xác nhận điện thoại", ("Mã này xác nhận đây là điện thoại của bạn.", _LASTS)),
    },
    notices={
        Notice.REFRESH_TOKEN_REUSED: Saying(
            "Một phiên đã bị kết thúc để bảo vệ bạn",
            (
                "Một phiên của bạn được dùng từ hai nơi cùng lúc, có vẻ đã bị đánh cắp. Phiên đó đã bị kết thúc.",
                "Vui lòng đăng nhập lại.",
            ),
        ),
        Notice.PASSWORD_CHANGED: Saying(
            "Mật khẩu của bạn đã được đổi", ("Mật khẩu tài khoản của bạn tại {house} vừa được đổi.",)
        ),
        Notice.EMAIL_CHANGED: Saying(
            "Địa chỉ e-mail của bạn đã được đổi",
            ("Tài khoản của bạn tại {house} giờ có địa chỉ e-mail khác. Thư sẽ được gửi đến đó.",),
        ),
        Notice.PHONE_LINKED: Saying(
            "Một điện thoại có thể đăng nhập tài khoản của bạn",
            ("Một số điện thoại đã được thêm vào tài khoản của bạn tại {house}.",),
        ),
        Notice.GOOGLE_LINKED: Saying(
            "Google có thể đăng nhập tài khoản của bạn",
            ("Một tài khoản Google đã được liên kết với tài khoản của bạn tại {house}.",),
        ),
        Notice.SECOND_FACTOR_ON: Saying(
            "Bước thứ hai bảo vệ tài khoản của bạn",
            ("Từ nay, đăng nhập {house} cần thêm mã từ ứng dụng xác thực của bạn.",),
        ),
        Notice.SECOND_FACTOR_OFF: Saying(
            "Bước thứ hai đã được tắt", ("Đăng nhập {house} không còn cần mã từ ứng dụng xác thực.",)
        ),
        Notice.RECOVERY_CODE_USED: Saying(
            "Một mã khôi phục đã được dùng",
            ("Có người đã đăng nhập tài khoản của bạn tại {house} bằng mã khôi phục.",),
        ),
        Notice.ACCOUNT_LOCKED: Saying(
            "Tài khoản của bạn đã bị khóa",
            ("Tài khoản của bạn tại {house} đã bị khóa. Vui lòng hỏi chúng tôi.",),
        ),
        Notice.ACCOUNT_DELETED: Saying(
            "Tài khoản của bạn đã được xóa",
            ("Tài khoản và dữ liệu cá nhân của bạn tại {house} đã được xóa. Chúng tôi chỉ giữ những gì luật yêu cầu.",),
        ),
    },
    invitation=Saying(
        "Lời mời gia nhập {house}", ("{house} mời bạn gia nhập đội ngũ nhân viên với địa chỉ e-mail này.",)
    ),
)
