package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.releve.agent.Outcome;
import io.releve.mysql.testing.TestRing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rings of real servers. */
class MySqlAgentIT {

    @TempDir
    Path directory;

    @Test
    void shouldReplicateBothWaysFromNothingAndCatchUpAfterACrash() throws Exception {
        try (TestRing ring = new TestRing(directory, 2).start()) {
            TestRing.Member one = ring.member(1);
            TestRing.Member two = ring.member(2);
            one.execute("CREATE TABLE report (id INT AUTO_INCREMENT PRIMARY KEY, text VARCHAR(50) UNIQUE)");
            two.awaitAllOf(one);
            one.execute("INSERT INTO report (text) VALUES ('from one')");
            two.execute("INSERT INTO report (text) VALUES ('from two')");
            one.awaitAllOf(two);
            two.awaitAllOf(one);
            assertThat(one.query("SELECT text FROM report ORDER BY text")).containsExactly("from one", "from two");
            assertThat(two.query("SELECT text FROM report ORDER BY text")).containsExactly("from one", "from two");
            assertThat(one.query("SELECT id FROM report WHERE text = 'from one'"))
                    .containsExactly("1");
            assertThat(two.query("SELECT id % 2 FROM report WHERE text = 'from two'"))
                    .containsExactly("0");

            one.crash();
            assertThat(two.monitor()).isEqualTo(Outcome.ok());
            for (int i = 0; i < 200; i++) {
                two.execute("INSERT INTO report (text) VALUES ('alone " + i + "')");
            }
            assertThat(one.start()).isEqualTo(Outcome.ok());
            one.awaitCaughtUp();
            assertThat(one.query("SELECT COUNT(*) FROM report")).containsExactly("202");
            one.execute("INSERT INTO report (text) VALUES ('back')");
            two.awaitAllOf(one);
            assertThat(two.query("SELECT COUNT(*) FROM report")).containsExactly("203");
            assertThat(one.monitor()).isEqualTo(Outcome.ok());
            assertThat(two.monitor()).isEqualTo(Outcome.ok());
        }
    }

    @Test
    void shouldNotCallAServerCaughtUpBeforeItHasAppliedEverything() throws Exception {
        try (TestRing ring = new TestRing(directory, 2).start()) {
            TestRing.Member one = ring.member(1);
            TestRing.Member two = ring.member(2);
            two.execute("CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1)");
            one.awaitAllOf(two);
            // Counted from the INSERT: the start, and the two seconds below, must fit in.
            one.delayApplier(12);
            one.crash();
            two.execute("INSERT INTO t VALUES (2)");

            one.start();
            assertThat(one.context().awaitCaughtUp(Duration.ofSeconds(2))).isFalse();
            assertThat(one.context().caughtUp()).isEqualTo("0");
            assertThat(one.monitor()).isEqualTo(Outcome.ok());

            one.awaitCaughtUp();
            assertThat(one.query("SELECT id FROM t ORDER BY id")).containsExactly("1", "2");
        }
    }

    @Test
    void shouldNotServeAloneAfterTheOtherWentOnWithoutIt() throws Exception {
        try (TestRing ring = new TestRing(directory, 2).start()) {
            TestRing.Member one = ring.member(1);
            TestRing.Member two = ring.member(2);
            one.crash();
            two.monitor();
            two.execute("CREATE TABLE only_two_knows (id INT PRIMARY KEY)");
            two.crash();

            one.start();
            assertThat(one.context().awaitCaughtUp(Duration.ofSeconds(3))).isFalse();
            assertThat(one.monitor().reason())
                    .contains("cannot know what it missed")
                    .contains("serv2");

            two.start();
            one.awaitCaughtUp();
            two.awaitCaughtUp();
            assertThat(one.query("SELECT COUNT(*) FROM only_two_knows")).containsExactly("0");
        }
    }

    @Test
    void shouldServeAloneIfItWasTheLastOneUp() throws Exception {
        try (TestRing ring = new TestRing(directory, 2).start()) {
            TestRing.Member two = ring.member(2);
            ring.member(1).crash();
            two.monitor();
            two.crash();
            two.start();
            two.awaitCaughtUp();
        }
    }

    @Test
    void shouldServeAloneOnTheOperatorsWord() throws Exception {
        try (TestRing ring = new TestRing(directory, 2)) {
            TestRing.Member one = ring.member(1);
            one.start();
            assertThat(one.context().caughtUp()).isEqualTo("0");
            Files.createFile(one.directory().resolve("serve-alone"));
            one.awaitCaughtUp();
            one.monitor();
            assertThat(one.directory().resolve("serve-alone")).doesNotExist();
        }
    }

    @Test
    void shouldTakeARunningServerOnAfterItsJvmCameBack() throws Exception {
        try (TestRing ring = new TestRing(directory, 2).start()) {
            TestRing.Member one = ring.member(1);
            long pid = one.pid();
            one.restartJvm();
            assertThat(one.monitor().isSuccess()).isTrue();
            one.awaitCaughtUp();
            assertThat(one.start()).isEqualTo(Outcome.ok());
            assertThat(one.pid()).isEqualTo(pid);
            assertThat(one.stop()).isEqualTo(Outcome.ok());
            assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
            assertThat(one.monitor().code()).isEqualTo(Outcome.Code.NOT_RUNNING);
        }
    }

    @Test
    void shouldSeeTheDeathOfTheServerAtOnce() throws Exception {
        try (TestRing ring = new TestRing(directory, 2).start()) {
            TestRing.Member one = ring.member(1);
            one.kill();
            assertThat(one.context().awaitRequest(Duration.ofSeconds(5)))
                    .contains("serv1")
                    .contains("ended");
            assertThat(one.context().caughtUp()).isEqualTo("0");
            assertThat(one.monitor().code()).isEqualTo(Outcome.Code.NOT_RUNNING);
        }
    }

    @Test
    void shouldFailWhenTheApplierStoppedOnAConflict() throws Exception {
        try (TestRing ring = new TestRing(directory, 2).start()) {
            TestRing.Member one = ring.member(1);
            TestRing.Member two = ring.member(2);
            one.execute("CREATE TABLE t (id INT PRIMARY KEY, who VARCHAR(10))");
            two.awaitAllOf(one);
            two.administer("SET SESSION sql_log_bin=0", "INSERT INTO expenses_db.t VALUES (1, 'two')");
            one.execute("INSERT INTO t VALUES (1, 'one')");
            Outcome outcome = awaitFailure(two);
            assertThat(outcome.code()).isEqualTo(Outcome.Code.GENERIC);
            assertThat(outcome.reason()).contains("1062").contains("serv2").contains("127.0.0.1");
            assertThat(two.context().caughtUp()).isEqualTo("0");
        }
    }

    /** The applier's error appears when the server gets to it; each monitor is a question to the server. */
    private static Outcome awaitFailure(TestRing.Member member) {
        long deadline = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        Outcome outcome = member.monitor();
        while (outcome.isSuccess() && System.nanoTime() < deadline) {
            outcome = member.monitor();
        }
        return outcome;
    }

    @Test
    void shouldCloseTheRingOfThreeAroundAServerThatIsDown() throws Exception {
        try (TestRing ring = new TestRing(directory, 3).start()) {
            List<TestRing.Member> members = List.of(ring.member(1), ring.member(2), ring.member(3));
            members.get(0).execute("CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY)");
            members.get(2).awaitAllOf(members.get(0));
            members.get(1).crash();
            members.forEach(member -> {
                if (member != members.get(1)) {
                    member.monitor();
                }
            });
            members.get(0).execute("INSERT INTO t VALUES ()");
            members.get(2).awaitAllOf(members.get(0));
            members.get(1).start();
            members.get(1).awaitCaughtUp();
            members.forEach(TestRing.Member::monitor);
            members.get(1).execute("INSERT INTO t VALUES ()");
            members.get(2).awaitAllOf(members.get(1));
            members.get(0).awaitAllOf(members.get(1));
            assertThat(members.get(0).query("SELECT COUNT(*) FROM t")).containsExactly("2");
        }
    }
}
