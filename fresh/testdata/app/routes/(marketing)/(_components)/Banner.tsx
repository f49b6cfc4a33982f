export function Banner() {
  return <b>banner</b>;
}
