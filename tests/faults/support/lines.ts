/** Text in pieces as whole lines. */
export class TextLineStream extends TransformStream<string, string> {
  constructor() {
    let rest = "";
    super({
      transform(piece, stream) {
        const lines = (rest + piece).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) stream.enqueue(line);
      },
      flush(stream) {
        if (rest !== "") stream.enqueue(rest);
      },
    });
  }
}
