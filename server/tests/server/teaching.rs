//! How people teach the AI: from a question without an answer to an answer.

use crate::{
    cluster::connect,
    harness::{App, Business, Visitor, wait_for},
};
use api::{accounts, contacts, inbox, knowledge, teaching, widgets};
use domain::jobs::Job;
use types::{
    ClientId, ErrorCode,
    accounts::Role,
    inbox::{Feedback, Message, SenderType},
    teaching::{
        AnswerDraft, Decision, Gap, GapReason, GapStatus, NewTestCase, Review, ReviewKind, ReviewReason, RunState,
        Saved, TestRunDetail,
    },
    widgets::SentMessage,
};

const PHRASINGS: [&str; 3] =
    ["Do you offer gift wrapping?", "Can you gift wrap my order?", "Is gift wrapping available for an order?"];
const WRAPPING: &str = "Yes, we offer gift wrapping for every order. Gift wrapping costs 3 euros for each parcel.";

#[tokio::test(flavor = "multi_thread")]
async fn questions_of_one_meaning_are_one_group_until_they_are_answered() {
    let app = App::start().await;
    let shop = app.business("aster").await;
    let mut asked = Vec::new();
    for question in PHRASINGS {
        asked.push(ask(&app, &shop, question).await);
    }
    ask(&app, &shop, "How do I reset the password of my account?").await;
    // None of these is a question that somebody could answer.
    for other in ["I want to talk to a human", "Hello!", "asdfghjkl qwrtzpsdfg xcvbnmlk"] {
        ask(&app, &shop, other).await;
    }
    let gaps = wait_for("two groups", async || {
        let gaps = gaps(&shop, GapStatus::Open).await;
        (gaps.iter().map(|gap| gap.count).sum::<i64>() == 4).then_some(gaps)
    })
    .await;
    assert_eq!(gaps.iter().map(|gap| gap.count).collect::<Vec<_>>(), [3, 1], "{gaps:?}");
    assert!(gaps[0].questions.iter().all(|question| question.reason == GapReason::HandedOff));
    assert_eq!(gaps[0].questions.len(), 3);
    assert_eq!(shop.owner.call(&teaching::GetTeachingCounts {}).await.unwrap().gaps, 2);

    // A job that runs twice counts once.
    let (sent, _) = &asked[0];
    let (conversation_id, message_id) = (sent.conversation_id, sent.message.id);
    enqueue(&app, &shop, Job::NoteGap { conversation_id, message_id, reason: GapReason::HandedOff }).await;
    settled(&app).await;
    assert_eq!(self::gaps(&shop, GapStatus::Open).await[0].count, 3);

    // An agent and a viewer see it and change nothing.
    let id = gaps[0].id;
    let draft = AnswerDraft { question: PHRASINGS[0].to_owned(), answer: WRAPPING.to_owned() };
    let viewer = shop.colleague(&app, "viewer", Role::Viewer).await;
    for browser in [&shop.agent, &viewer] {
        assert_eq!(browser.call(&teaching::ListGaps { status: GapStatus::Open }).await.unwrap().len(), 2);
        let refused = browser.call(&teaching::AnswerGap { id, draft: draft.clone() }).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::Forbidden);
        let refused = browser.call(&teaching::SetGapDismissed { id, is_dismissed: true }).await.unwrap_err();
        assert_eq!(refused.code, ErrorCode::Forbidden);
    }
    // An answer without words leaves the group open.
    let empty = AnswerDraft { question: PHRASINGS[0].to_owned(), answer: " ".to_owned() };
    let refused = shop.owner.call(&teaching::AnswerGap { id, draft: empty }).await.unwrap_err();
    assert_eq!(refused.field.as_deref(), Some("answer"));
    assert_eq!(self::gaps(&shop, GapStatus::Open).await.len(), 2);

    let answered = shop.owner.call(&teaching::AnswerGap { id, draft: draft.clone() }).await.unwrap();
    assert_eq!(answered.status, GapStatus::Answered);
    let check = wait_for("the answer to be read", async || {
        let check = shop.owner.call(&teaching::CheckGap { id }).await.unwrap();
        assert_eq!(check.error, None);
        check.is_ready.then_some(check)
    })
    .await;
    assert!(check.is_answered && check.confidence > 0.35, "{check:?}");
    for question in PHRASINGS {
        let (_, answer) = ask(&app, &shop, question).await;
        assert!(answer.content.contains("gift wrapping"), "{question}: {}", answer.content);
        assert!(!answer.citations.is_empty());
    }
    let again = shop.owner.call(&teaching::AnswerGap { id, draft }).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::Conflict);

    // Without its source the AI hands off again, and that opens the group again.
    shop.owner.call(&knowledge::DeleteSource { id: answered.source_id.unwrap() }).await.unwrap();
    ask(&app, &shop, PHRASINGS[1]).await;
    let open = wait_for("the group to open again", async || {
        self::gaps(&shop, GapStatus::Open).await.into_iter().find(|gap| gap.id == id)
    })
    .await;
    assert_eq!(open.count, 4);
    shop.owner.call(&teaching::SetGapDismissed { id, is_dismissed: true }).await.unwrap();
    assert_eq!(self::gaps(&shop, GapStatus::Dismissed).await[0].id, id);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_leans_on_another_is_noted_with_it() {
    let app = App::start().await;
    let shop = app.business("hazel").await;
    shop.learn("Care", "# Watering\n\nWater a fern every second day in summer.").await;
    let visitor = app.visitor(shop.widget.id).await;
    for said in ["Do you deliver sofas to Norway?", "Thank you!", "And to Sweden?"] {
        visitor.send(said).await;
        settled(&app).await;
    }
    let sent = visitor.send("And what does it cost there?").await;
    settled(&app).await;
    let mut noted: Vec<String> = gaps(&shop, GapStatus::Open)
        .await
        .into_iter()
        .flat_map(|gap| gap.questions)
        .map(|question| question.text)
        .collect();
    noted.sort();
    let wanted = [
        "Do you deliver sofas to Norway?",
        "Do you deliver sofas to Norway? And to Sweden?",
        "Do you deliver sofas to Norway? And to Sweden? And what does it cost there?",
    ];
    assert_eq!(noted, wanted);
    // The draft of an answer says it, too.
    let said = reply(&shop, &sent, "Delivery to Sweden costs 90 euros and takes about ten days.").await;
    let draft = shop.agent.call(&teaching::SuggestAnswer { message: said.id }).await.unwrap();
    assert!(draft.question.ends_with("And what does it cost there?") && draft.question.len() > 40, "{draft:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_becomes_a_draft_and_the_draft_an_answer() {
    let app = App::start().await;
    let shop = app.business("briar").await;
    shop.learn("Care", "# Watering\n\nWater a fern every second day in summer.").await;
    let question = "Do you offer gift wrapping? My address is mia@example.com";
    let (sent, _) = ask(&app, &shop, question).await;
    reply(&shop, &sent, "Hello, let me look.").await;
    let said = reply(&shop, &sent, WRAPPING).await;
    let draft = wait_for("the draft", async || reviews(&shop).await.into_iter().next()).await;
    assert_eq!((draft.kind, draft.reason), (ReviewKind::Faq, ReviewReason::Reply));
    assert_eq!(
        (draft.question.as_str(), draft.answer.as_str()),
        ("Do you offer gift wrapping? My address is [email]", WRAPPING)
    );
    let (conversation_id, message_id) = (sent.conversation_id, said.id);
    enqueue(&app, &shop, Job::LookAtReply { conversation_id, message_id }).await;
    settled(&app).await;
    assert_eq!(reviews(&shop).await.len(), 1, "drafted twice");

    // An agent saves the reply: it replaces the draft and waits.
    let suggested = shop.agent.call(&teaching::SuggestAnswer { message: said.id }).await.unwrap();
    assert_eq!(suggested.answer, WRAPPING);
    assert!(suggested.question.contains("[email]"));
    let draft = AnswerDraft { question: PHRASINGS[0].to_owned(), ..suggested };
    let saved = shop.agent.call(&teaching::SaveAnswer { message: said.id, draft: draft.clone() }).await.unwrap();
    let Saved::Waiting(id) = saved else { panic!("an agent taught the AI: {saved:?}") };
    let waiting = reviews(&shop).await;
    assert_eq!(
        waiting.iter().map(|review| (review.id, review.reason)).collect::<Vec<_>>(),
        [(id, ReviewReason::Saved)]
    );
    let decision = Decision::Learn(draft.clone());
    let refused = shop.agent.call(&teaching::DecideReview { id, decision: decision.clone() }).await.unwrap_err();
    assert_eq!(refused.code, ErrorCode::Forbidden);

    let accepted = shop.owner.call(&teaching::DecideReview { id, decision: decision.clone() }).await.unwrap();
    let source = accepted.source_id.expect("it was learned");
    assert_eq!(gaps(&shop, GapStatus::Answered).await.len(), 1, "its group is answered");
    let again = shop.owner.call(&teaching::DecideReview { id, decision }).await.unwrap_err();
    assert_eq!(again.code, ErrorCode::Conflict);
    ready(&shop, source).await;
    let (sent, answer) = ask(&app, &shop, PHRASINGS[2]).await;
    assert_eq!(answer.citations[0].source_id, source, "{}", answer.content);

    // A thumb down puts the answer into the review, and taking it back takes it out.
    let visitor = sent_by(&app, &shop, PHRASINGS[1]).await;
    let answer = visitor.2;
    let rate = async |feedback| {
        visitor.0.browser.call(&widgets::RateAnswer { message: answer.id, feedback }).await.unwrap();
    };
    rate(Some(Feedback::Down)).await;
    let review = wait_for("the review", async || {
        reviews(&shop).await.into_iter().find(|review| review.reason == ReviewReason::ThumbsDown)
    })
    .await;
    assert_eq!(review.kind, ReviewKind::Answer);
    assert!(!review.sources.is_empty() && review.confidence.is_some());
    rate(None).await;
    wait_for("the review to be gone", async || {
        reviews(&shop).await.iter().all(|review| review.reason != ReviewReason::ThumbsDown).then_some(())
    })
    .await;

    // What an agent says right after an answer corrects it.
    reply(&shop, &sent, "Sorry, that is not right any more: since May it costs 4 euros.").await;
    wait_for("the correction", async || {
        let all = [gaps(&shop, GapStatus::Answered).await, gaps(&shop, GapStatus::Open).await].concat();
        let mut questions = all.iter().flat_map(|gap| &gap.questions);
        questions
            .any(|question| question.message_id == sent.message.id && question.reason == GapReason::Corrected)
            .then_some(())
    })
    .await;
    // Who may teach the AI teaches it at once.
    let said = reply(&shop, &sent, "Gift wrapping costs 4 euros for each parcel since May.").await;
    let saved = shop.owner.call(&teaching::SaveAnswer { message: said.id, draft }).await.unwrap();
    assert!(matches!(saved, Saved::Learned(_)), "{saved:?}");
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_shows_what_fails_since_a_source_is_gone() {
    let app = App::start().await;
    let shop = app.business("cedar").await;
    shop.learn("Delivery", "# Delivery\n\nParcels to Norway take six working days and cost 14 euros.").await;
    let new = |question: &str, expected: &str, is_hand_off| NewTestCase {
        question: question.to_owned(),
        expected: expected.to_owned(),
        is_hand_off,
    };
    let norway = new("How long do parcels to Norway take?", "a week | Six working days", false);
    let case = shop.owner.call(&teaching::AddTest { new: norway.clone() }).await.unwrap();
    assert_eq!(shop.agent.call(&teaching::AddTest { new: norway }).await.unwrap_err().code, ErrorCode::Forbidden);
    let nothing = new("Anything?", " | ", false);
    assert_eq!(
        shop.owner.call(&teaching::AddTest { new: nothing }).await.unwrap_err().field.as_deref(),
        Some("expected")
    );
    let table =
        "question,expected\n\"Who won the world cup, in 1974?\",hand off\nHow long do parcels to Norway take?,x\n";
    assert_eq!(shop.owner.call(&teaching::ImportTests { table: table.to_owned() }).await.unwrap(), 1);
    let broken = "question,expected\nOne?,words\nTwo?,\n";
    let refused = shop.owner.call(&teaching::ImportTests { table: broken.to_owned() }).await.unwrap_err();
    assert!(refused.message.starts_with("Line 3"), "{}", refused.message);

    let first = run(&shop).await;
    assert_eq!((first.run.passed, first.run.failed, first.run.total), (2, 0, 2), "{:?}", first.results);
    assert!(first.before.is_none());
    let sources = shop.owner.call(&knowledge::ListSources {}).await.unwrap();
    shop.owner.call(&knowledge::DeleteSource { id: sources[0].id }).await.unwrap();
    let second = run(&shop).await;
    assert_eq!((second.run.passed, second.run.failed), (1, 1));
    assert_eq!(second.before.as_ref().unwrap().id, first.run.id);
    assert!(second.run.knowledge_version > first.run.knowledge_version);
    let failed: Vec<_> = second.results.iter().filter(|result| result.is_newly_failed()).collect();
    assert_eq!(failed.iter().map(|result| result.case_id).collect::<Vec<_>>(), [case.id]);
    assert!(failed[0].why.contains("handed off") && failed[0].confidence < failed[0].confidence_before.unwrap());

    // One line of the account for each run, not for each question.
    let owner = connect(&app.database.owner_url).await;
    let lines = owner.query("SELECT action_type FROM ai_actions", &[]).await.unwrap();
    assert_eq!(lines.iter().map(|line| line.get::<_, String>(0)).collect::<Vec<_>>(), ["bench", "bench"]);

    // Another business sees and changes nothing of it.
    let other = app.business("dill").await;
    let bench = other.owner.call(&teaching::GetTestBench {}).await.unwrap();
    assert!(bench.cases.is_empty() && bench.runs.is_empty());
    for code in [
        other.owner.call(&teaching::GetTestRun { id: second.run.id }).await.unwrap_err().code,
        other.owner.call(&teaching::DeleteTest { id: case.id }).await.unwrap_err().code,
    ] {
        assert_eq!(code, ErrorCode::NotFound);
    }
    shop.owner.call(&teaching::DeleteTest { id: case.id }).await.unwrap();
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_contact_wrote_goes_with_the_contact_and_stays_in_the_house() {
    let app = App::start().await;
    let (shop, other) = (app.business("elder").await, app.business("fir").await);
    let (visitor, sent, _) = sent_by(&app, &shop, PHRASINGS[0]).await;
    reply(&shop, &sent, WRAPPING).await;
    ask(&app, &shop, PHRASINGS[1]).await;
    let review = wait_for("the draft", async || reviews(&shop).await.into_iter().next()).await;
    let gap =
        wait_for("the group", async || gaps(&shop, GapStatus::Open).await.into_iter().find(|gap| gap.count == 2)).await;

    assert!(gaps(&other, GapStatus::Open).await.is_empty() && reviews(&other).await.is_empty());
    let draft = AnswerDraft { question: PHRASINGS[0].to_owned(), answer: WRAPPING.to_owned() };
    for code in [
        other.owner.call(&teaching::AnswerGap { id: gap.id, draft }).await.unwrap_err().code,
        other.owner.call(&teaching::SetGapDismissed { id: gap.id, is_dismissed: true }).await.unwrap_err().code,
        other.owner.call(&teaching::CheckGap { id: gap.id }).await.unwrap_err().code,
        other.owner.call(&teaching::DecideReview { id: review.id, decision: Decision::Reject }).await.unwrap_err().code,
    ] {
        assert_eq!(code, ErrorCode::NotFound);
    }

    settled(&app).await;
    shop.owner.call(&contacts::EraseContact { id: visitor.contact }).await.unwrap();
    assert!(reviews(&shop).await.is_empty());
    let left = gaps(&shop, GapStatus::Open).await;
    assert_eq!((left.len(), left[0].count, left[0].questions.len()), (1, 1, 1));
    assert_eq!(left[0].questions[0].text, PHRASINGS[1]);
    let last = left[0].questions[0].conversation_id;
    let last = shop.owner.call(&inbox::OpenConversation { id: last }).await.unwrap().conversation.contact.id;
    shop.owner.call(&contacts::EraseContact { id: last }).await.unwrap();
    let owner = connect(&app.database.owner_url).await;
    for table in ["question_groups", "unanswered_questions", "reviews"] {
        let left: i64 = owner.query_one(&format!("SELECT count(*) FROM {table}"), &[]).await.unwrap().get(0);
        assert_eq!(left, 0, "{table} keeps something");
    }
    app.stop().await;
}

/// Asks as a new visitor, and waits for what the AI says.
async fn ask(app: &App, shop: &Business, question: &str) -> (SentMessage, Message) {
    let (_, sent, answer) = sent_by(app, shop, question).await;
    (sent, answer)
}

async fn sent_by(app: &App, shop: &Business, question: &str) -> (Visitor, SentMessage, Message) {
    let visitor = app.visitor(shop.widget.id).await;
    let sent = visitor.send(question).await;
    let answer = wait_for("what the AI says", async || {
        visitor.messages().await.into_iter().find(|message| message.sender_type == SenderType::Ai)
    })
    .await;
    (visitor, sent, answer)
}

async fn reply(shop: &Business, to: &SentMessage, content: &str) -> Message {
    let (id, content) = (to.conversation_id, content.to_owned());
    shop.agent.call(&inbox::SendReply { id, client_id: ClientId::random(), content, is_note: false }).await.unwrap()
}

async fn gaps(shop: &Business, status: GapStatus) -> Vec<Gap> {
    shop.owner.call(&teaching::ListGaps { status }).await.unwrap()
}

/// Open reviews but for answers that happen to be close to the threshold.
async fn reviews(shop: &Business) -> Vec<Review> {
    let mut reviews = shop.owner.call(&teaching::ListReviews {}).await.unwrap();
    reviews.retain(|review| review.reason != ReviewReason::Unsure);
    reviews
}

async fn run(shop: &Business) -> TestRunDetail {
    let run = shop.owner.call(&teaching::StartTests {}).await.unwrap();
    wait_for("the run to end", async || {
        let detail = shop.owner.call(&teaching::GetTestRun { id: run.id }).await.unwrap();
        assert_ne!(detail.run.state, RunState::Failed);
        (detail.run.state == RunState::Done).then_some(detail)
    })
    .await
}

async fn ready(shop: &Business, id: types::SourceId) {
    wait_for("the source to be ready", async || {
        let sources = shop.owner.call(&knowledge::ListSources {}).await.unwrap();
        let source = sources.into_iter().find(|source| source.id == id).unwrap();
        (source.status == types::knowledge::SourceStatus::Ready).then_some(())
    })
    .await;
}

async fn enqueue(app: &App, shop: &Business, job: Job) {
    let tenant = shop.owner.call(&accounts::Me {}).await.unwrap().unwrap().tenant.id;
    app.product
        .db()
        .tenant(tenant, async move |tx: &mut domain::database::TenantTx| tx.enqueue(&job).await)
        .await
        .unwrap();
}

/// Waits until no job is left.
async fn settled(app: &App) {
    let owner = connect(&app.database.owner_url).await;
    wait_for("the jobs to be done", async || {
        let left: i64 = owner.query_one("SELECT count(*) FROM jobs WHERE state = 'queued'", &[]).await.unwrap().get(0);
        (left == 0).then_some(())
    })
    .await;
}
