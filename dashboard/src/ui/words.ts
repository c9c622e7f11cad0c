/** One person, two people: a number with its word. */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n} ${n === 1 ? one : many}`;
}

/** An open set's code as words: in_call_recording becomes "in call recording". */
export function words(code: string): string {
  return code.toLowerCase().replaceAll("_", " ");
}
