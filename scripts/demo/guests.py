"""The demo cinema's guests: made-up people who have bought tickets; they have no password, so nobody is them."""

GUESTS = (
    "Aarav Kulkarni", "Abla Mensah", "Ahmad Al-Rashid", "Anjali Bhatt", "Astrid Holm", "Bao Ngoc", "Bea Fontaine",
    "Carlos Ibarra", "Chi Mai", "Dalal Al-Sabah", "Deepak Nair", "Dina Farouk", "Duc Anh", "Emeka Obi", "Farid Haddad",
    "Giang Tran", "Hanna Virtanen", "Hieu Pham", "Ines Duarte", "Ishaan Verma", "Jamila Noor", "Jonas Weber",
    "Kavita Rao", "Khanh Linh", "Lars Nygaard", "Layla Mansour", "Linh Dan", "Maja Novak", "Meera Joshi", "Minh Tuan",
    "Nadia Qureshi", "Omar Siddiq", "Phuong Thao", "Priya Menon", "Quang Huy", "Rohan Desai", "Sara Lindholm",
    "Tariq Aziz", "Thu Ha", "Yusuf Karim",
)  # fmt: skip


def address_of(name: str) -> str:
    """A guest's address, in a domain that nobody can have."""
    return f"{name.lower().replace(' ', '.')}@guests.marquee.test"
