import type { CSSProperties } from "react";

/** The hues of breakout rooms, far apart where rooms are next to one another. */
const roomHues = [262, 150, 45, 328, 205, 95, 12, 292, 178, 70];

/** A room's colour. */
export function roomStyle(ordinal: number): CSSProperties {
  return { "--hue": roomHues[(ordinal + roomHues.length - 1) % roomHues.length], "--vivid": ordinal === 0 ? 0.02 : 0.14 } as CSSProperties;
}

/** A person's colour: golden steps keep neighbours apart. */
export function personStyle(number: number): CSSProperties {
  return { "--hue": ((number / 100) * 137.5) % 360 } as CSSProperties;
}
