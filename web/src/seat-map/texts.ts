// What the element says, in English, Vietnamese and Hindi. It brings its own texts, for it lives on other people's pages.
import type { Money, Seat } from "./types.ts";
import type { Look } from "./store.ts";

const en = {
  map: "Seat map",
  keys: "Arrow keys move, Space selects",
  screen: "Screen",
  row: "Row {row}",
  seat: "Row {row}, seat {number}, {kind}, {price}, {state}",
  love: "love seat with {other}",
  loveSeat: "love seat",
  STANDARD: "standard",
  PREMIUM: "premium",
  VIP: "VIP",
  WHEELCHAIR: "wheelchair space",
  COMPANION: "companion",
  available: "available",
  selected: "selected",
  mine: "yours",
  held: "held by somebody",
  booked: "sold",
  blocked: "not for sale",
  zoomIn: "Zoom in",
  zoomOut: "Zoom out",
  fit: "Whole house",
  list: "Show as a list",
  drawn: "Show as a map",
  tools: "Seat map tools",
  connecting: "Connecting …",
  live: "Live",
  reconnecting: "Reconnecting …",
  offline: "Offline",
  free: "{n} of {all} free",
  loading: "Loading the seats …",
  nothing: "There is no such showtime.",
  chosen: "{seat} selected. Seats: {n}, {total}",
  left: "{seat} removed. Seats: {n}",
  lost: "Somebody else was faster: {seats}",
  news: "Taken: {taken}, free again: {freed}. {n} free",
  tooMany: "At most {n} seats at once.",
  UNREACHABLE: "The server cannot be reached. Please try again.",
  UNAUTHENTICATED: "Please log in to hold seats.",
  forYou: "Held for you: {seats}",
  over: "The time is up; your seats are free again.",
  NotEnoughSeats: "There are not that many seats free.",
};

type Key = keyof typeof en;

const vi: Record<Key, string> = {
  map: "Sơ đồ ghế",
  keys: "Phím mũi tên để di chuyển, phím cách để chọn",
  screen: "Màn hình",
  row: "Hàng {row}",
  seat: "Hàng {row}, ghế {number}, {kind}, {price}, {state}",
  love: "ghế đôi với {other}",
  loveSeat: "ghế đôi",
  STANDARD: "ghế thường",
  PREMIUM: "ghế cao cấp",
  VIP: "ghế VIP",
  WHEELCHAIR: "chỗ xe lăn",
  COMPANION: "ghế người đi cùng",
  available: "còn trống",
  selected: "đang chọn",
  mine: "của bạn",
  held: "có người đang giữ",
  booked: "đã bán",
  blocked: "không bán",
  zoomIn: "Phóng to",
  zoomOut: "Thu nhỏ",
  fit: "Toàn bộ phòng",
  list: "Xem dạng danh sách",
  drawn: "Xem dạng sơ đồ",
  tools: "Công cụ sơ đồ ghế",
  connecting: "Đang kết nối …",
  live: "Trực tiếp",
  reconnecting: "Đang kết nối lại …",
  offline: "Ngoại tuyến",
  free: "Còn {n}/{all}",
  loading: "Đang tải sơ đồ ghế …",
  nothing: "Không có suất chiếu này.",
  chosen: "Đã chọn {seat}. Số ghế: {n}, {total}",
  left: "Đã bỏ {seat}. Số ghế: {n}",
  lost: "Người khác đã nhanh hơn: {seats}",
  news: "Vừa bán: {taken}, vừa trống: {freed}. Còn {n} ghế",
  tooMany: "Mỗi lần tối đa {n} ghế.",
  UNREACHABLE: "Không kết nối được máy chủ. Vui lòng thử lại.",
  UNAUTHENTICATED: "Vui lòng đăng nhập để giữ ghế.",
  forYou: "Đã giữ cho bạn: {seats}",
  over: "Đã hết giờ; ghế của bạn được trả lại.",
  NotEnoughSeats: "Không còn đủ số ghế trống.",
};

const hi: Record<Key, string> = {
  map: "सीट मानचित्र",
  keys: "तीर कुंजियों से चलें, स्पेस से चुनें",
  screen: "परदा",
  row: "पंक्ति {row}",
  seat: "पंक्ति {row}, सीट {number}, {kind}, {price}, {state}",
  love: "{other} के साथ जोड़ी सीट",
  loveSeat: "जोड़ी सीट",
  STANDARD: "साधारण",
  PREMIUM: "प्रीमियम",
  VIP: "वीआईपी",
  WHEELCHAIR: "व्हीलचेयर की जगह",
  COMPANION: "साथी की सीट",
  available: "खाली",
  selected: "चुनी हुई",
  mine: "आपकी",
  held: "किसी ने रोकी है",
  booked: "बिक चुकी",
  blocked: "बिक्री के लिए नहीं",
  zoomIn: "बड़ा करें",
  zoomOut: "छोटा करें",
  fit: "पूरा हॉल",
  list: "सूची में देखें",
  drawn: "मानचित्र में देखें",
  tools: "सीट मानचित्र के साधन",
  connecting: "जुड़ रहा है …",
  live: "लाइव",
  reconnecting: "फिर से जुड़ रहा है …",
  offline: "ऑफ़लाइन",
  free: "{all} में से {n} खाली",
  loading: "सीटें लोड हो रही हैं …",
  nothing: "ऐसा कोई शो नहीं है।",
  chosen: "{seat} चुनी गई। सीटें: {n}, {total}",
  left: "{seat} हटाई गई। सीटें: {n}",
  lost: "कोई और पहले ले गया: {seats}",
  news: "बिकीं: {taken}, फिर खाली: {freed}। {n} खाली",
  tooMany: "एक बार में अधिकतम {n} सीटें।",
  UNREACHABLE: "सर्वर से संपर्क नहीं हो पा रहा। कृपया फिर कोशिश करें।",
  UNAUTHENTICATED: "सीटें रोकने के लिए लॉग इन करें।",
  forYou: "आपके लिए रोकी गईं: {seats}",
  over: "समय समाप्त; आपकी सीटें फिर खाली हैं।",
  NotEnoughSeats: "इतनी सीटें खाली नहीं हैं।",
};

const LANGUAGES = { en, vi, hi };
const REGIONS = { en: "en-GB", vi: "vi-VN", hi: "hi-IN" };
export type Language = keyof typeof LANGUAGES;

/** Speaks one language. */
export class Speech {
  readonly language: Language;
  #prices = new Map<string, string>();

  constructor(wanted: string) {
    const short = wanted.slice(0, 2).toLowerCase();
    this.language = short in LANGUAGES ? (short as Language) : "en";
  }

  say(key: Key, values: Record<string, string | number> = {}): string {
    return LANGUAGES[this.language][key].replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ""));
  }

  /** "₹312.50": with as many decimals as the API gave. */
  money({ amount, currency }: Money): string {
    const key = currency + amount;
    const known = this.#prices.get(key);
    if (known) return known;
    const digits = (amount.split(".")[1] ?? "").length;
    const style = { style: "currency", currency, currencyDisplay: "narrowSymbol", minimumFractionDigits: digits, maximumFractionDigits: digits };
    // A decimal string is formatted exactly; a number might lose a cent.
    const text = new Intl.NumberFormat(REGIONS[this.language], style as Intl.NumberFormatOptions).format(amount as unknown as number);
    this.#prices.set(key, text);
    return text;
  }

  kind({ kind, pairedWith }: Seat): string {
    return pairedWith ? `${this.say(kind)}, ${this.say("love", { other: pairedWith })}` : this.say(kind);
  }

  /** "Row F, seat 12, premium, ₹312.50, available". */
  name(seat: Seat, look: Look): string {
    const { row, number, price } = seat;
    return this.say("seat", { row, number, kind: this.kind(seat), price: this.money(price), state: this.say(look) });
  }
}
