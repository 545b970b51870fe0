//! Limits that both sides know, so that a form can say no before the server does.

/// Longest message, in characters.
pub const MESSAGE_CHARS: usize = 10_000;
/// Longest text of a source, in bytes.
pub const SOURCE_BYTES: usize = 5 * 1024 * 1024;
/// Largest file that is uploaded as a source, in bytes.
pub const FILE_BYTES: usize = 20 * 1024 * 1024;
/// Largest table of questions that is imported, in bytes; one of products may be as large as any file.
pub const IMPORT_BYTES: usize = 2 * 1024 * 1024;
/// Rows of a table of questions that is imported.
pub const IMPORT_ROWS: usize = 1_000;
/// Rows of a table of products that is imported; a shop writes several for one product.
pub const PRODUCT_ROWS: usize = 20_000;
/// Longest question of a FAQ, in characters.
pub const FAQ_QUESTION_CHARS: usize = 300;
/// Longest answer of a FAQ, in characters.
pub const FAQ_ANSWER_CHARS: usize = 5_000;
/// Longest title or name, in characters.
pub const NAME_CHARS: usize = 120;
/// Longest business description, in characters.
pub const DESCRIPTION_CHARS: usize = 2_000;
/// Shortest password, in characters.
pub const PASSWORD_MIN_CHARS: usize = 10;
/// Longest password, in bytes: hashing more would be a way to keep us busy.
pub const PASSWORD_MAX_BYTES: usize = 200;
/// Longest question that is answered, in characters; the rest is not embedded.
pub const QUESTION_CHARS: usize = 1_000;
/// Conversations on one page of the inbox.
pub const CONVERSATIONS_PAGE: i64 = 50;
/// Messages on one page of a conversation.
pub const MESSAGES_PAGE: i64 = 50;
/// Events sent on resume; a client that missed more takes a new snapshot.
pub const RESUME_EVENTS: i64 = 1_000;
/// Suggested questions of a widget.
pub const SUGGESTED_QUESTIONS: usize = 4;
/// Allowed domains of a widget.
pub const WIDGET_DOMAINS: usize = 50;
/// Sources of one tenant.
pub const SOURCES: i64 = 2_000;
/// People who work for one tenant.
pub const SEATS: u32 = 200;
/// Passages of one tenant. Every one is looked at for every question.
pub const PASSAGES: u32 = 100_000;
/// Answers of one tenant in a minute for which a language model is asked.
pub const AI_ANSWERS_PER_MINUTE: u32 = 120;
/// Calls of language models of one tenant that are under way at once.
pub const MODEL_CALLS: u32 = 4;
/// Most that it can be set to.
pub const MOST_MODEL_CALLS: u32 = 64;
/// Megabytes (of 1,048,576 bytes) that the sources of one tenant hold together.
pub const STORAGE_MB: u32 = 1_024;
/// Most that it can be set to.
pub const MOST_STORAGE_MB: u32 = 1_048_576;
/// Pages of the web that are looked at for one tenant in a day, and as many at once.
pub const PAGES_PER_DAY: u32 = 20_000;
/// Most that it can be set to.
pub const MOST_PAGES_PER_DAY: u32 = 1_000_000;
/// Minutes of a day in which files and pages of one tenant are read.
pub const READING_MINUTES: u32 = 60;
/// Most that it can be set to: two files are read at once.
pub const MOST_READING_MINUTES: u32 = 2_880;
/// Minutes that the language models of one tenant take in a day, calls that are under way at once counted each.
pub const MODEL_MINUTES: u32 = 1_440;
/// Most that it can be set to: as many calls at once as may be, around the clock.
pub const MOST_MODEL_MINUTES: u32 = MOST_MODEL_CALLS * 1_440;
/// Most that the limit of requests or answers in a minute can be set to.
pub const PER_MINUTE: u32 = 100_000;
/// Longest reason for a suspension, in characters.
pub const REASON_CHARS: usize = 300;
/// Bytes of a frame that a client may send over a socket.
pub const CLIENT_FRAME_BYTES: usize = 8 * 1024;
/// Intents of one tenant.
pub const INTENTS: usize = 100;
/// Examples of one intent.
pub const INTENT_EXAMPLES: usize = 500;
/// Examples of all intents of one tenant. Each is embedded once, which takes some milliseconds.
pub const INTENT_EXAMPLES_IN_ALL: usize = 10_000;
/// Longest example of an intent, in characters.
pub const EXAMPLE_CHARS: usize = 500;
