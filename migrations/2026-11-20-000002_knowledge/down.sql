DROP TABLE ai_actions;
DROP TABLE term_statistics;
DROP TABLE passage_sentences;
DROP TABLE passage_index;
DROP TABLE passages;
DROP TABLE sources;
