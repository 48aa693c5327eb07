// Come here for the two words that the page and its worker say to each other.

/** From the page to the browser: wake the worker for this when there is a network. */
export const SEND_TAG = "send-the-cry";
/** From the worker to an open page: there is a network, try again. */
export const TRY_AGAIN = "try-again";
