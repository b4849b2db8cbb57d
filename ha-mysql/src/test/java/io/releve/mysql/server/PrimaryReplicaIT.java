package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.mysql.datasource.FailoverDataSource;
import io.releve.mysql.testing.Ledger;
import io.releve.mysql.testing.TestCluster;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A primary and two replicas under a writing load, in a cluster of real nodes, and what happens to them. */
@Timeout(180)
class PrimaryReplicaIT {

    private static final Logger LOG = LoggerFactory.getLogger(PrimaryReplicaIT.class);

    @TempDir
    Path directory;

    @Test
    void shouldPromoteAReplicaWithEverythingAcknowledgedWhenThePrimaryIsKilled() throws Exception {
        try (TestCluster cluster = new TestCluster(directory, 3, agent -> agent).start();
                FailoverDataSource dataSource = cluster.dataSource("serv3");
                Ledger ledger = Ledger.begin(dataSource)) {
            ledger.await(300);
            String first = cluster.primary();
            ledger.longestGapMillis();
            cluster.killServer(first);
            ledger.await(300);
            LOG.info("killed: longest gap {} ms", ledger.longestGapMillis());
            String second = cluster.primary();
            assertThat(second).isNotEqualTo(first);
            ledger.end();
            assertThat(cluster.query(second, "SELECT id FROM expenses_db.ledger"))
                    .containsAll(ledger.acknowledged());
        }
    }
}
