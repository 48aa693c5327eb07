"""Come here for how Alembic runs: on the connection and in the transaction of the dispatcher."""

from alembic import context

connection = context.config.attributes["connection"]
context.configure(connection=connection, transactional_ddl=False)
context.run_migrations()
