// The parts of the crate `types` that travel in this test.
import { choice, kinds, list, option, struct, word } from "./postcard.mjs";

const { bool, f32, int, string, u8, uint, uuid } = kinds;

const person = struct({ id: uuid, name: string });
const sender = word("contact", "agent", "ai", "system");
const conversationStatus = word("open", "pending", "snoozed", "resolved");

const citation = struct({ number: u8, source: uuid, passage: uuid, title: string, url: option(string), quote: string });

export const message = struct({
  id: uuid,
  conversation: uuid,
  sender,
  staff: option(uuid),
  senderName: string,
  isNote: bool,
  content: string,
  html: option(string),
  citations: list(citation),
  confidence: option(f32),
  feedback: option(word("up", "down")),
  status: word("sending", "sent", "delivered", "read", "failed"),
  clientId: option(uuid),
  createdAt: int,
});

const contact = struct({
  id: uuid,
  name: string,
  email: option(string),
  phone: option(string),
  stage: word("visitor", "lead", "customer"),
  locale: option(string),
  pageUrl: option(string),
  pageTitle: option(string),
  createdAt: int,
});

const conversation = struct({
  id: uuid,
  number: int,
  platform: word("website", "api"),
  status: conversationStatus,
  priority: word("low", "medium", "high", "urgent"),
  isAiEnabled: bool,
  assigned: option(person),
  contact,
  preview: string,
  previewSender: sender,
  unread: int,
  lastMessageAt: int,
  createdAt: int,
});

const source = struct({
  id: uuid,
  kind: word("text", "file", "faq", "page", "site", "product"),
  title: string,
  url: option(string),
  status: word("queued", "processing", "ready", "failed"),
  error: option(string),
  progress: int,
  bytes: int,
  passages: int,
  parentId: option(uuid),
  pages: int,
  sync: option(word("never", "daily", "weekly")),
  syncedAt: option(int),
  createdAt: int,
  updatedAt: int,
});

const event = choice({
  MessageCreated: struct({ conversation, message }),
  MessageUpdated: struct({ message }),
  ConversationUpdated: struct({ conversation }),
  ConversationRead: struct({ conversation: uuid, message: uuid }),
  SourceUpdated: struct({ source }),
  WidgetInstalled: struct({ widget: uuid }),
  ConversationsDeleted: struct({ conversations: list(uuid) }),
});

/** The one error; its code is a number here, its sentence is what counts. */
export const error = struct({ code: uint, message: string, field: option(string) });

export const serverFrame = choice({
  Ready: struct({ sequence: uint }),
  Event: struct({ sequence: uint, event }),
  Typing: struct({ conversation: uuid, sender, name: string, isTyping: bool }),
  AnswerDelta: struct({ conversation: uuid, message: uuid, text: string }),
  Presence: struct({ online: list(uuid) }),
  ContactPresence: struct({ contact: uuid, isOnline: bool }),
  Reload: struct({}),
  Pong: struct({}),
  Refused: struct({ error }),
  ContactsOnline: struct({ contacts: list(uuid) }),
  TeamPresence: struct({ isOnline: bool }),
});

export const visitorSession = struct({ token: string, contact: uuid });
export const sentMessage = struct({ conversation: uuid, message });
export const messages = list(message);
export const visitorConversation = option(
  struct({
    id: uuid,
    status: conversationStatus,
    isAiEnabled: bool,
    agent: option(string),
    messages: list(message),
    hasOlder: bool,
    readUpTo: option(uuid),
    sequence: uint,
  }),
);
export const conversationPage = struct({
  conversations: list(conversation),
  next: option(struct({ lastMessageAt: int, id: uuid })),
  counts: struct({ mine: int, unassigned: int, all: int, ai: int }),
  sequence: uint,
});
