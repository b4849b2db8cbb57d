package io.releve.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StubDriverTest {

    static Stream<Contender> overTheStub() {
        return Contest.ALL.get(0).contenders().stream();
    }

    @ParameterizedTest
    @MethodSource("overTheStub")
    void shouldBeTakenForADriverByEachContender(Contender contender) throws Exception {
        DataSource source = contender.overStub(2);
        try (Connection one = source.getConnection();
                Connection other = source.getConnection()) {
            assertThat(one.isValid(1)).isTrue();
            assertThat(other).isNotSameAs(one);
        } finally {
            ((AutoCloseable) source).close();
        }
    }
}
