package io.releve.mysql.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.releve.mysql.replication.LossBudget;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DurabilityTest {

    @Test
    void shouldLetAsynchronousPrimariesLoseALittleUnlessToldOtherwise() {
        assertThat(Durability.async().lossBudget()).isEqualTo(new LossBudget(1000, Duration.ofSeconds(10)));
        assertThat(Durability.async().lossBudget(5, Duration.ofSeconds(2)).lossBudget())
                .isEqualTo(new LossBudget(5, Duration.ofSeconds(2)));
    }

    @Test
    void shouldNotLetASynchronousPrimaryLoseAnything() {
        assertThat(Durability.sync().lossBudget()).isEqualTo(LossBudget.NONE);
        assertThatThrownBy(() -> Durability.sync().lossBudget(1, Duration.ofSeconds(1)))
                .hasMessageContaining("belongs to Durability.async()");
    }
}
