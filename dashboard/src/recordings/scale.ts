import { span } from "../ui/time";
import type { View } from "./useView";

/** How far apart ticks can be, in seconds. */
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400];

/** The ticks of an axis: up to about eight, at round times. */
export function ticksOf({ from, to }: View): { at: number; label: string }[] {
  const step = steps.find((seconds) => (to - from) / seconds <= 8) ?? 28_800;
  const ticks = [];
  for (let at = Math.ceil(from / step) * step; at <= to; at += step) ticks.push({ at, label: span(at) });
  return ticks;
}
