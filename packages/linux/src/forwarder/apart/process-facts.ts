/** What `ps` shows. */
export const TITLE = "cnm-forwarder";

/** The number of its listening socket, which whoever starts it has opened. */
export const LISTENER = 3;
