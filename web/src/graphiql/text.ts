import { texts } from "../text/index.ts";

export const say = texts({
  en: {
    saved: "Saved operations",
    savedHint: "Each opens in a tab of its own, with its variables filled in as far as they are known.",
    find: "Find an operation",
    none: "Nothing is called that.",
    folder: "They are the files of web/operations: add one, and it is here.",
    house: "The house today",
    bookings: "Bookings",
    selling: "Sell tickets",
    money: "Money",
    programme: "The programme",
    staff: "The staff",
    people: "People",
    query: "ask",
    mutation: "do",
    subscription: "live",
    visitor: "You ask as a visitor",
    as: "You ask as",
    byHeaders: "You ask as the Headers editor says",
    docs: "Docs",
    logInTo: "Log in to ask as yourself",
  },
  vi: {
    saved: "Thao tác đã lưu",
    savedHint: "Mỗi thao tác mở trong một thẻ riêng, biến được điền sẵn với những gì đã biết.",
    find: "Tìm thao tác",
    none: "Không có thao tác nào như vậy.",
    folder: "Đó là các tệp trong web/operations: thêm một tệp là có ở đây.",
    house: "Rạp hôm nay",
    bookings: "Đặt vé",
    selling: "Bán vé",
    money: "Tiền",
    programme: "Lịch chiếu",
    staff: "Nhân viên",
    people: "Mọi người",
    query: "hỏi",
    mutation: "làm",
    subscription: "trực tiếp",
    visitor: "Bạn hỏi với tư cách khách",
    as: "Bạn hỏi với tư cách",
    byHeaders: "Bạn hỏi theo trình soạn Headers",
    docs: "Tài liệu",
    logInTo: "Đăng nhập để hỏi với tư cách của bạn",
  },
  hi: {
    saved: "सहेजे गए काम",
    savedHint: "हर एक अपने टैब में खुलता है; जो मान ज्ञात हैं वे पहले से भरे होते हैं।",
    find: "काम खोजें",
    none: "इस नाम का कुछ नहीं है।",
    folder: "ये web/operations की फ़ाइलें हैं: एक जोड़ें, और वह यहाँ है।",
    house: "आज का सिनेमाघर",
    bookings: "बुकिंग",
    selling: "टिकट बेचें",
    money: "पैसा",
    programme: "कार्यक्रम",
    staff: "कर्मचारी",
    people: "लोग",
    query: "पूछें",
    mutation: "करें",
    subscription: "लाइव",
    visitor: "आप आगंतुक के रूप में पूछ रहे हैं",
    as: "आप पूछ रहे हैं:",
    byHeaders: "आप Headers संपादक के अनुसार पूछ रहे हैं",
    docs: "दस्तावेज़",
    logInTo: "अपने नाम से पूछने के लिए लॉग इन करें",
  },
});

type Key = Parameters<typeof say>[0];
const GROUPS = new Set<string>(["house", "bookings", "selling", "money", "programme", "staff", "people"]);

/** What a group is called; one without a translation by its folder. */
export function sayGroup(group: string): string {
  return GROUPS.has(group) ? say(group as Key) : group.charAt(0).toUpperCase() + group.slice(1).replaceAll("-", " ");
}
