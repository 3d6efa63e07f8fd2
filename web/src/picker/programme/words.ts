// Words that come from the catalogue in English, said in the visitor's language where they are known.
import { language } from "../../text/index.ts";

const GENRES: Record<string, [vi: string, hi: string]> = {
  Action: ["Hành động", "ऐक्शन"],
  Adventure: ["Phiêu lưu", "रोमांच"],
  Animation: ["Hoạt hình", "ऐनिमेशन"],
  Comedy: ["Hài", "हास्य"],
  Crime: ["Hình sự", "अपराध"],
  Documentary: ["Tài liệu", "वृत्तचित्र"],
  Drama: ["Chính kịch", "ड्रामा"],
  Family: ["Gia đình", "पारिवारिक"],
  Fantasy: ["Kỳ ảo", "फ़ैंटेसी"],
  History: ["Lịch sử", "इतिहास"],
  Horror: ["Kinh dị", "हॉरर"],
  Music: ["Âm nhạc", "संगीत"],
  Mystery: ["Bí ẩn", "रहस्य"],
  Romance: ["Lãng mạn", "प्रेम"],
  "Science Fiction": ["Khoa học viễn tưởng", "विज्ञान कथा"],
  Thriller: ["Giật gân", "थ्रिलर"],
  War: ["Chiến tranh", "युद्ध"],
  Western: ["Miền Tây", "वेस्टर्न"],
};
const TONGUES = "ar bn en es fr gu hi ja kn ko ml mr pa ta te th vi zh".split(" ");

export function genre(name: string): string {
  const [vi, hi] = GENRES[name] ?? [name, name];
  return { en: name, vi, hi }[language()];
}

/** A film's language; the catalogue gives its English name. */
export function tongue(name: string): string {
  const english = new Intl.DisplayNames("en", { type: "language" });
  const code = TONGUES.find((tongue) => english.of(tongue) === name);
  return (code && new Intl.DisplayNames(language(), { type: "language" }).of(code)) || name;
}
