DROP TABLE embedding_models;
