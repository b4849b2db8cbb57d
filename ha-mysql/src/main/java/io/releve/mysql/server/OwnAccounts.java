package io.releve.mysql.server;

import io.releve.mysql.config.MySqlServer;
import io.releve.mysql.replication.AccountStatements;
import io.releve.mysql.replication.Dialect;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The accounts that the agent makes at each start of its server, and what a server needs that is closed to writes later. */
final class OwnAccounts {

    private static final Logger LOG = LoggerFactory.getLogger(OwnAccounts.class);

    private final AgentSettings settings;
    private final MySqlServer self;

    OwnAccounts(AgentSettings settings, MySqlServer self) {
        this.settings = settings;
        this.self = self;
    }

    void addTo(AccountStatements statements, Dialect dialect) throws UnknownHostException {
        String password = new String(settings.administrator().password().get());
        for (String host : ownAddresses()) {
            statements.administrator(settings.administrator().user(), host, password);
        }
        if (!settings.servers().isRing()) {
            shared(statements, dialect, password);
        }
    }

    /** What the servers of one primary need, and cannot be given once they are closed to writes. */
    private void shared(AccountStatements statements, Dialect dialect, String administratorPassword) {
        for (MySqlServer peer : settings.servers().peersOf(self.node())) {
            try {
                for (InetAddress address : InetAddress.getAllByName(peer.host())) {
                    statements.administrator(
                            settings.administrator().user(), address.getHostAddress(), administratorPassword);
                }
            } catch (UnknownHostException e) {
                LOG.warn("the address of {} is unknown: its agent cannot work {}", peer, self);
            }
        }
        String password = new String(settings.replication().password().get());
        for (MySqlServer any : settings.servers().all()) {
            statements.account(settings.replicationUser(any), password, dialect.replicationRights());
            statements.unlock(settings.replicationUser(any));
        }
        for (AgentSettings.Application application : settings.applications()) {
            AgentSettings.Account account = application.account();
            statements.account(account.user(), new String(account.password().get()), List.of(dialect.statusRight()));
            statements.application(application.database(), account.user());
        }
        statements.epochs();
    }

    /** From where this node's own connections come. */
    private Set<String> ownAddresses() throws UnknownHostException {
        Set<String> hosts = new LinkedHashSet<>();
        hosts.add("127.0.0.1");
        hosts.add("::1");
        for (InetAddress address : InetAddress.getAllByName(self.host())) {
            hosts.add(address.getHostAddress());
        }
        return hosts;
    }
}
