//! What there is to do, and in which lane.

use super::Lane;
use crate::knowledge::SiteRest;
use serde::{Deserialize, Serialize};
use types::{ConversationId, MessageId, SourceId, TestRunId, teaching::GapReason};

/// What there is to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Job {
    /// Answer a visitor's message.
    Answer {
        /// The conversation.
        conversation_id: ConversationId,
        /// The message to answer.
        message_id: MessageId,
    },
    /// Cut and embed a source.
    IndexSource {
        /// The source.
        source_id: SourceId,
    },
    /// Take the text out of an uploaded file.
    ReadFile {
        /// The source.
        source_id: SourceId,
    },
    /// Look at a web page.
    ReadPage {
        /// The source.
        source_id: SourceId,
    },
    /// Look at the pages of a web site.
    ReadSite {
        /// The source.
        source_id: SourceId,
    },
    /// Look at more pages of a web site, after others have had their turn.
    ReadRestOfSite {
        /// The source.
        source_id: SourceId,
        /// What is left.
        rest: Box<SiteRest>,
    },
    /// Have sources read again whose passages are of another model or form.
    ReadAgain {
        /// The form that passages get; a server that gives another one leaves the job alone. Empty of the release before.
        #[serde(default)]
        form: String,
    },
    /// Embed questions again whose vectors are of another model.
    EmbedGapsAgain,
    /// Send a mail.
    SendMail {
        /// The mail, sealed for its tenant: links in it are secrets.
        sealed: String,
    },
    /// Put a question that was not answered well into its group.
    NoteGap {
        /// The conversation.
        conversation_id: ConversationId,
        /// The question.
        message_id: MessageId,
        /// Why it counts as not answered well.
        reason: GapReason,
    },
    /// See what can be learned from an agent's reply.
    LookAtReply {
        /// The conversation.
        conversation_id: ConversationId,
        /// The reply.
        message_id: MessageId,
    },
    /// Ask the questions of the test bench.
    RunTests {
        /// The run.
        run_id: TestRunId,
    },
    /// Make out what a contact's message is like, and notice a lead.
    Understand {
        /// The conversation.
        conversation_id: ConversationId,
        /// The message.
        message_id: MessageId,
    },
    /// Write topic and summary of a conversation that was resolved.
    SumUp {
        /// The conversation.
        conversation_id: ConversationId,
    },
    /// Let a language model write the summary of a conversation that was resolved.
    Retell {
        /// The conversation.
        conversation_id: ConversationId,
    },
    /// Let a language model sum up for the team what was said before it was called.
    Brief {
        /// The conversation.
        conversation_id: ConversationId,
        /// The question at which it was called.
        message_id: MessageId,
    },
    /// Train the classifier of intents.
    TrainIntents,
}

impl Job {
    /// The name under which it is stored.
    #[must_use]
    pub const fn kind(&self) -> &'static str {
        self.lane().kind()
    }

    pub(crate) const fn lane(&self) -> Lane {
        match self {
            Self::Answer { .. } => Lane::Answers,
            Self::IndexSource { .. } | Self::ReadAgain { .. } => Lane::Knowledge,
            Self::ReadFile { .. } | Self::ReadPage { .. } => Lane::Reading,
            Self::ReadSite { .. } | Self::ReadRestOfSite { .. } => Lane::Crawling,
            Self::SendMail { .. } => Lane::Mail,
            Self::NoteGap { .. }
            | Self::LookAtReply { .. }
            | Self::Understand { .. }
            | Self::SumUp { .. }
            | Self::EmbedGapsAgain => Lane::Understanding,
            Self::RunTests { .. } | Self::TrainIntents => Lane::Learning,
            Self::Retell { .. } | Self::Brief { .. } => Lane::Writing,
        }
    }
}
