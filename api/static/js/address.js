// Under which address this page was opened.

const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];

/** Whether no other device reaches the server at that address. */
export const isOnlyHere = () => LOOPBACK.includes(location.hostname);
