/** Colours as style sheets write them. */

/** `#rrggbb` or `#rrggbbaa`, as Monaco wants colours; undefined for what is no colour. */
export function hexOf(color: string): string | undefined {
  const value = color.trim();
  if (/^#([0-9a-f]{6}|[0-9a-f]{8})$/i.test(value)) return value;
  if (/^#[0-9a-f]{3,4}$/i.test(value)) return `#${[...value.slice(1)].map((digit) => digit + digit).join("")}`;
  const parts = /^rgba?\(\s*([\d.]+)[\s,]+([\d.]+)[\s,]+([\d.]+)(?:[\s,/]+([\d.]+)(%)?)?\s*\)$/.exec(value);
  if (parts === null) return undefined;
  const [, red, green, blue, alpha, percent] = parts;
  const opacity = alpha === undefined ? 1 : Number(alpha) / (percent === undefined ? 1 : 100);
  const bytes = [Number(red), Number(green), Number(blue), opacity * 255];
  return `#${bytes
    .map((byte) =>
      Math.round(Math.min(Math.max(byte, 0), 255))
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}
