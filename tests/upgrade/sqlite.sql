-- The tables of the monolith as Flask-Alembic created them on SQLite.
CREATE TABLE alembic_version (
    version_num VARCHAR(32) NOT NULL,
    CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
CREATE TABLE users (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    name VARCHAR(80) NOT NULL,
    email VARCHAR(254) NOT NULL,
    password_hash VARCHAR(255) NOT NULL,
    security_stamp VARCHAR(32) NOT NULL,
    role VARCHAR(10) NOT NULL,
    active BOOLEAN NOT NULL,
    mail_notifications BOOLEAN NOT NULL,
    confirmed_at DATETIME,
    created_at DATETIME NOT NULL,
    CONSTRAINT uq_users_email UNIQUE (email)
);
CREATE INDEX ix_users_confirmed_at ON users (confirmed_at);
CREATE INDEX ix_users_created_at ON users (created_at);
CREATE TABLE webhook_receipts (
    id VARCHAR(255) NOT NULL,
    received_at DATETIME NOT NULL,
    CONSTRAINT pk_webhook_receipts PRIMARY KEY (id)
);
CREATE TABLE checkouts (
    id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    reference VARCHAR(64) NOT NULL,
    idempotency_key VARCHAR(36) NOT NULL,
    amount INTEGER NOT NULL,
    status VARCHAR(10) NOT NULL,
    created_at DATETIME NOT NULL,
    CONSTRAINT pk_checkouts PRIMARY KEY (id),
    CONSTRAINT fk_checkouts_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT uq_checkouts_reference UNIQUE (reference),
    CONSTRAINT uq_checkouts_user_id_idempotency_key UNIQUE (user_id, idempotency_key)
);
CREATE TABLE invoices (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id INTEGER,
    amount INTEGER NOT NULL,
    created_at DATETIME NOT NULL,
    CONSTRAINT fk_invoices_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE SET NULL
);
CREATE INDEX ix_invoices_created_at ON invoices (created_at);
CREATE INDEX ix_invoices_user_id ON invoices (user_id);
CREATE TABLE notifications (
    id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    text VARCHAR(200) NOT NULL,
    link VARCHAR(200),
    read_at DATETIME,
    created_at DATETIME NOT NULL,
    CONSTRAINT pk_notifications PRIMARY KEY (id),
    CONSTRAINT fk_notifications_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE
);
CREATE INDEX ix_notifications_user_id ON notifications (user_id);
CREATE TABLE posts (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    author_id INTEGER NOT NULL,
    title VARCHAR(120) NOT NULL,
    body TEXT NOT NULL,
    body_html TEXT NOT NULL,
    excerpt VARCHAR(250) NOT NULL,
    idempotency_key VARCHAR(36),
    published_at DATETIME,
    created_at DATETIME NOT NULL,
    CONSTRAINT fk_posts_author_id FOREIGN KEY(author_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT uq_posts_author_id_idempotency_key UNIQUE (author_id, idempotency_key)
);
CREATE INDEX ix_posts_author_id_created_at ON posts (author_id, created_at);
CREATE INDEX ix_posts_published_at ON posts (published_at);
CREATE TABLE subscriptions (
    id INTEGER NOT NULL,
    user_id INTEGER NOT NULL,
    reference VARCHAR(64) NOT NULL,
    status VARCHAR(10) NOT NULL,
    period_end DATETIME NOT NULL,
    created_at DATETIME NOT NULL,
    CONSTRAINT pk_subscriptions PRIMARY KEY (id),
    CONSTRAINT fk_subscriptions_user_id FOREIGN KEY(user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT uq_subscriptions_reference UNIQUE (reference),
    CONSTRAINT uq_subscriptions_user_id UNIQUE (user_id)
);
CREATE INDEX ix_subscriptions_status ON subscriptions (status);
INSERT INTO alembic_version (version_num) VALUES ('1795362433');
