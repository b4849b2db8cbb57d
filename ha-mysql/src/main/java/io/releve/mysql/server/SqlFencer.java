package io.releve.mysql.server;

import io.releve.fencing.FenceRequest;
import io.releve.fencing.FenceResult;
import io.releve.fencing.Fencer;
import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.config.MySqlServers;
import io.releve.mysql.config.ServerLogin;
import io.releve.mysql.config.Tls;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Fences a node by closing its database server to writes over SQL, see {@link SqlFencing}. It answers for that server and
 * for nothing else that the node ran, so it belongs into one fencing level together with another fencer, such as the
 * end of the lease. A server that does not answer is not fenced: that proves nothing.
 *
 * <p>Its use: a server that an agent could not stop, and that would go on alone, is harmless once it is closed.
 *
 * <p>Immutable; may be used from any thread.
 */
public final class SqlFencer implements Fencer {

    private final MySqlServers servers;
    private final String user;
    private final Supplier<char[]> password;
    private final Tls tls;

    /**
     * A fencer for the nodes of these servers.
     *
     * @param servers the servers, each with its node
     * @param user an account that can log on from every node, with {@link io.releve.mysql.replication.Dialect#fencingRights}
     * @param password gives its password; asked anew for each attempt
     * @param tls how to encrypt
     */
    public SqlFencer(MySqlServers servers, String user, Supplier<char[]> password, Tls tls) {
        this.servers = servers;
        this.user = user;
        this.password = password;
        this.tls = tls;
    }

    @Override
    public FenceResult fence(FenceRequest request) {
        Optional<MySqlServer> server = servers.onNode(request.node());
        if (server.isEmpty()) {
            return FenceResult.failed(
                    "node " + request.node() + " has none of the servers " + servers,
                    "declare this fencer only for nodes that have one");
        }
        Duration limit = request.timeout().multipliedBy(4).dividedBy(5);
        ServerLogin login = ServerLogin.of(server.get(), user, password, tls, limit, limit);
        SqlFencing.Report report = SqlFencing.close(login, limit, SqlFencing.Sessions.ALL);
        if (report.isClosed()) {
            return FenceResult.fenced(report.toString());
        }
        return FenceResult.failed(
                report.toString(),
                report.result() == SqlFencing.Result.OPEN
                        ? "close it by hand (" + SqlFencing.byHand() + "), or switch its host off"
                        : "it may be down or cut off: a level that waits for the lease's end or switches the host off decides");
    }

    @Override
    public List<String> validate() {
        return user.isBlank() ? List.of("SQL fencing: the account's name is empty") : List.of();
    }

    @Override
    public String toString() {
        return "closing the server over SQL as " + user;
    }
}
