"""The tables of the ledger, in SQL."""

from typing import Final

SCHEMA: Final = """
PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;
CREATE TABLE IF NOT EXISTS files (
    seq INTEGER PRIMARY KEY, file_id TEXT NOT NULL UNIQUE, name TEXT NOT NULL, folder TEXT NOT NULL,
    size INTEGER NOT NULL, archived TEXT NOT NULL, claimed_at TEXT NOT NULL, state TEXT NOT NULL,
    table_name TEXT, profile TEXT, result TEXT, sentence TEXT, attempt INTEGER NOT NULL DEFAULT 1);
DROP VIEW IF EXISTS entries;
CREATE VIEW entries AS
    SELECT seq, file_id, name, folder, archived, state, table_name, profile, sentence, attempt, claimed_at FROM files;
CREATE TABLE IF NOT EXISTS deliveries (file_id TEXT NOT NULL, name TEXT NOT NULL, at TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS control (
    file_id TEXT NOT NULL, table_name TEXT NOT NULL, store_id TEXT, business_date TEXT, month TEXT,
    outcome TEXT NOT NULL, reason TEXT, rows INTEGER NOT NULL, amount TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS control_file ON control (file_id);
CREATE INDEX IF NOT EXISTS control_month ON control (month);
CREATE TABLE IF NOT EXISTS held_back (
    file_id TEXT NOT NULL, row_no INTEGER NOT NULL, store_id TEXT, business_date TEXT, month TEXT, reason TEXT,
    subject TEXT, amount TEXT, mended_by TEXT, PRIMARY KEY (file_id, row_no));
CREATE INDEX IF NOT EXISTS held_back_month ON held_back (month);
CREATE TABLE IF NOT EXISTS replacements (by_id TEXT NOT NULL, file_id TEXT NOT NULL, rows INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS replacements_by ON replacements (by_id);
CREATE TABLE IF NOT EXISTS untold (file_id TEXT PRIMARY KEY);
CREATE TABLE IF NOT EXISTS months (month TEXT PRIMARY KEY, dirty INTEGER NOT NULL, version TEXT);
CREATE TABLE IF NOT EXISTS facts_about (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS editions (
    month TEXT NOT NULL, level TEXT NOT NULL, group_id TEXT NOT NULL, revision INTEGER NOT NULL, language TEXT NOT NULL,
    format TEXT NOT NULL, content_key TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL, issued_at TEXT NOT NULL,
    PRIMARY KEY (month, level, group_id, revision, language, format));
CREATE TABLE IF NOT EXISTS letters (
    seq INTEGER PRIMARY KEY, letter_id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, month TEXT NOT NULL,
    address TEXT NOT NULL, name TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL, html TEXT NOT NULL,
    made_at TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, due_at TEXT NOT NULL, said TEXT);
CREATE TABLE IF NOT EXISTS letter_parts (
    letter_id TEXT NOT NULL, level TEXT NOT NULL, group_id TEXT NOT NULL, revision INTEGER NOT NULL,
    figures TEXT NOT NULL, PRIMARY KEY (letter_id, level, group_id));
CREATE TABLE IF NOT EXISTS letter_files (
    letter_id TEXT NOT NULL, level TEXT NOT NULL, group_id TEXT NOT NULL, path TEXT NOT NULL, sha256 TEXT NOT NULL,
    name TEXT NOT NULL, attached INTEGER NOT NULL, PRIMARY KEY (letter_id, path));
CREATE TABLE IF NOT EXISTS letter_events (
    letter_id TEXT NOT NULL, at TEXT NOT NULL, state TEXT NOT NULL, said TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS runs (
    seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, month TEXT, whole INTEGER NOT NULL, began TEXT NOT NULL, ended TEXT,
    outcome TEXT, counts TEXT NOT NULL DEFAULT '{}');
CREATE TABLE IF NOT EXISTS notices (kind TEXT NOT NULL, day TEXT NOT NULL, PRIMARY KEY (kind, day));
"""
