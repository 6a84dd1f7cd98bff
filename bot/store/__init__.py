"""The only SQLAlchemy: tables, repositories, migrations."""
