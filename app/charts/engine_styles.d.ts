/* `engine_styles.js` is written by `app/browser_files.py` from what the engine says of colours. */

import type { PublishedStyle } from "../browser/types.js"

/** Colours that only figures have: on a light page, on a dark one. */
export const FIGURE_COLOURS: Record<string, [string, string]>

/** The style in which published notebooks print figures. */
export const PUBLISHED_STYLE: PublishedStyle
