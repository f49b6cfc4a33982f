/** Reloads the page when the development server says that something changed. */
const RETRY_MS = 300;

let known: string | null = null;

function connect(): void {
  const source = new EventSource("/_frsh/alive");
  source.onmessage = ({ data }: MessageEvent<string>) => {
    if (known !== null && known !== data) location.reload();
    known = data;
  };
  source.onerror = () => {
    // The server is starting again; some browsers give up then.
    source.close();
    setTimeout(connect, RETRY_MS);
  };
}

connect();
