/** Makes what stands between ** strong. */
export function Strong({ children }: { children: string }) {
  return children.split("**").map((part, i) => (i % 2 === 1 ? <b key={i}>{part}</b> : part));
}
