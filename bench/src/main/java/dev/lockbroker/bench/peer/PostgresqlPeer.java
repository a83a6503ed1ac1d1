package dev.lockbroker.bench.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import org.newsclub.net.unix.AFUNIXSocketFactory;

/**
 * PostgreSQL's advisory locks over a Unix socket: {@code pg_advisory_lock} and {@code
 * pg_advisory_unlock} of the session, as prepared statements. They write nothing, so its
 * durability, left as it is by default, costs nothing here.
 */
final class PostgresqlPeer implements Peer {
  private static final String URL = "jdbc:postgresql://localhost/postgres";

  @Override
  public String id() {
    return "postgresql";
  }

  @Override
  public boolean isFifo() {
    return true;
  }

  @Override
  public Found find() {
    try {
      Class<?> driver = DriverManager.getDriver(URL).getClass();
      return PostgresqlServer.find("JDBC driver " + Programs.versionOf(driver));
    } catch (SQLException e) {
      throw new IllegalStateException("the driver is not on the class path", e);
    }
  }

  @Override
  public Service start(Path folder) throws IOException, InterruptedException {
    return PostgresqlServer.start(folder);
  }

  @Override
  public Session connect(String address) {
    return new JdbcSession(address);
  }

  /** A connection for each lock, as one serves one thread at a time. */
  private static final class JdbcSession implements Session {
    private final String socket;
    private final List<Connection> connections = new ArrayList<>();

    JdbcSession(String socket) {
      this.socket = socket;
    }

    @Override
    public synchronized Lock lock(String name) throws SQLException {
      Properties properties = new Properties();
      properties.setProperty("user", PostgresqlServer.USER);
      properties.setProperty("socketFactory", AFUNIXSocketFactory.FactoryArg.class.getName());
      properties.setProperty("socketFactoryArg", socket);
      properties.setProperty("sslmode", "disable");
      properties.setProperty("gssEncMode", "disable");
      Connection connection = DriverManager.getConnection(URL, properties);
      connections.add(connection);
      return new AdvisoryLock(connection, name);
    }

    @Override
    public synchronized void close() throws IOException {
      for (Connection connection : connections) {
        try {
          connection.close();
        } catch (SQLException e) {
          throw new IOException(e);
        }
      }
    }
  }

  /** Used by one thread at a time. */
  private static final class AdvisoryLock implements Lock {
    private final PreparedStatement take;
    private final PreparedStatement giveBack;

    AdvisoryLock(Connection connection, String name) throws SQLException {
      // The key is a number: 64 bits of a hash.
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      long key = UUID.nameUUIDFromBytes(bytes).getMostSignificantBits();
      take = connection.prepareStatement("select pg_advisory_lock(?)");
      take.setLong(1, key);
      giveBack = connection.prepareStatement("select pg_advisory_unlock(?)");
      giveBack.setLong(1, key);
    }

    @Override
    public void acquire() throws SQLException {
      take.execute();
    }

    @Override
    public void release() throws SQLException {
      giveBack.execute();
    }
  }
}
