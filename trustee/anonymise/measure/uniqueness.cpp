#include "trustee/anonymise/measure/uniqueness.h"

#include <algorithm>
#include <cmath>

namespace usufruct::anonymise {

namespace {

constexpr int halvings = 200;

/// The place in (low, high) where a function changes from positive to negative, by halving.
template <class Function>
double root_of_falling(double low, double high, const Function& function) {
  for (int i = 0; i < halvings; ++i) {
    const double middle = low + (high - low) / 2;
    (function(middle) > 0 ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

/// The logarithmic derivative of the gamma function, x > 0: the recurrence up to 10, then the
/// asymptotic series (Abramowitz and Stegun 6.3.5, 6.3.18).
double digamma(double x) {
  double below = 0;
  for (; x < 10; ++x) below -= 1 / x;
  const double y = 1 / (x * x);
  return below + std::log(x) - 0.5 / x -
         y * (1.0 / 12 - y * (1.0 / 120 - y * (1.0 / 252 - y * (1.0 / 240 - y / 132))));
}

/// What the estimators look at.
struct Sample {
  std::span<const SizeCount> sizes;
  double rows = 0;
  double classes = 0;
  double ones = 0;  ///< classes of one row
  double twos = 0;
  double people = 0;

  double fraction() const { return rows / people; }
  /// Σ over classes of f(rows of the class).
  template <class Function>
  double sum(const Function& function) const {
    double total = 0;
    for (const SizeCount& each : sizes)
      total += static_cast<double>(each.classes) * function(static_cast<double>(each.rows));
    return total;
  }
};

// The derivatives of the likelihood of Pitman's sampling formula (Hoshino 2001, equation 10):
//   L = Σ_{i<U} ln(θ + iα) - Σ_{i<n} ln(θ + i) + Σ_classes Σ_{i<size} ln(i - α),  i from 1.
double steps(const Sample& sample, double theta, double alpha) {  // Σ_{i<U} 1/(θ + iα)
  return (digamma(sample.classes + theta / alpha) - digamma(1 + theta / alpha)) / alpha;
}
double by_theta(const Sample& sample, double theta, double alpha) {
  return steps(sample, theta, alpha) - (digamma(sample.rows + theta) - digamma(1 + theta));
}
double by_alpha(const Sample& sample, double theta, double alpha) {
  return ((sample.classes - 1) - theta * steps(sample, theta, alpha)) / alpha -
         sample.sum([&](double rows) { return digamma(rows - alpha) - digamma(1 - alpha); });
}

std::optional<double> pitman(const Sample& sample) {
  if (sample.ones == sample.rows) return sample.people;  // Nothing is seen twice.
  if (sample.classes < 2) return std::nullopt;
  // For every α its best θ > -α; along those the likelihood has the slope by_alpha alone.
  const auto best_theta = [&](double alpha) {
    constexpr double widest = 60;
    return std::exp(root_of_falling(
               -widest, widest,
               [&](double log) { return by_theta(sample, std::exp(log) - alpha, alpha); })) -
           alpha;
  };
  constexpr double edge = 1e-9;
  const double alpha = root_of_falling(
      edge, 1 - edge, [&](double each) { return by_alpha(sample, best_theta(each), each); });
  const double theta = best_theta(alpha);
  const double uniques = std::exp(std::lgamma(theta + 1) - std::lgamma(theta + alpha) +
                                  alpha * std::log(sample.people));
  if (!std::isfinite(uniques)) return std::nullopt;
  return uniques;
}

/// The chance that exactly one of `rows` people is drawn with the sample.
double chance_of_one(const Sample& sample, double rows) {
  const auto choose = [](double n, double k) {
    return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
  };
  if (sample.rows - 1 > sample.people - rows) return 0;
  return std::exp(std::log(rows) + choose(sample.people - rows, sample.rows - 1) -
                  choose(sample.people, sample.rows));
}

// A class of one row is one of the population's uniques with a chance that takes the sizes seen in
// the sample for those of the population.
std::optional<double> zayatz(const Sample& sample) {
  const double any = sample.sum([&](double rows) { return chance_of_one(sample, rows); });
  if (!(any > 0)) return std::nullopt;
  return sample.ones * (sample.ones * chance_of_one(sample, 1) / any) / sample.fraction();
}

/// Shlosser's estimate of the classes in the population, third form (Haas and Stokes 1998).
double classes_in_population(const Sample& sample) {
  const double f = sample.fraction();
  const double first = sample.sum([&](double i) { return i * f * f * std::pow(1 - f * f, i - 1); });
  const double second =
      sample.sum([&](double i) { return std::pow(1 - f, i) * (std::pow(1 + f, i) - 1); });
  const double third = sample.sum([&](double i) { return std::pow(1 - f, i); });
  const double fourth = sample.sum([&](double i) { return i * f * std::pow(1 - f, i - 1); });
  return sample.classes + sample.ones * (first / second) * (third / fourth) * (third / fourth);
}

// Population sizes less one are negative binomial (a, b), and a share f of the people is drawn:
//   E[ones] = K f (b/(1-d))^a (1 + a d/(1-d)),                d = (1-f)(1-b)
//   E[twos] = K f² a b^a (1-b)/2 (1-d)^(-a-2) (2 - (1-a) d)
std::optional<double> snb(const Sample& sample) {
  const double f = sample.fraction();
  if (f >= 1) return sample.ones;
  const double k = classes_in_population(sample);
  const double wanted = sample.ones / (k * f);
  if (!std::isfinite(k) || !(wanted < 1) || sample.twos == 0) return std::nullopt;
  const auto a_of = [&](double b) {  // So that E[ones] is right.
    const double d = (1 - f) * (1 - b);
    return std::exp(root_of_falling(-40, 40, [&](double log) {
      const double a = std::exp(log);
      return a * std::log(b / (1 - d)) + std::log1p(a * d / (1 - d)) - std::log(wanted);
    }));
  };
  const auto twos_over = [&](double b) {
    const double a = a_of(b);
    const double d = (1 - f) * (1 - b);
    return k * f * f * a * (1 - b) / 2 * std::exp(a * std::log(b) - (a + 2) * std::log(1 - d)) *
               (2 - (1 - a) * d) -
           sample.twos;
  };
  constexpr int places = 400;
  double before = 0;
  for (int i = 1; i < places; ++i) {
    const double b = static_cast<double>(i) / places;
    const double here = twos_over(b);
    if (std::isfinite(here) && before * here < 0) {
      const double side = before > 0 ? 1 : -1;
      const double at =
          root_of_falling(b - 1.0 / places, b, [&](double each) { return side * twos_over(each); });
      return k * std::pow(at, a_of(at));
    }
    if (std::isfinite(here)) before = here;
  }
  return std::nullopt;
}

}  // namespace

UniquenessEstimate estimate_uniques(std::span<const SizeCount> sizes, std::uint64_t people) {
  Sample sample{.sizes = sizes, .people = static_cast<double>(people)};
  for (const SizeCount& each : sizes) {
    sample.rows += static_cast<double>(each.rows) * static_cast<double>(each.classes);
    sample.classes += static_cast<double>(each.classes);
    if (each.rows == 1) sample.ones = static_cast<double>(each.classes);
    if (each.rows == 2) sample.twos = static_cast<double>(each.classes);
  }
  UniquenessEstimate found;
  if (sample.ones == 0) {
    found.pitman = found.zayatz = found.snb = 0;
    return found;
  }
  const auto within = [&](std::optional<double> uniques) {
    return uniques ? std::optional(std::clamp(*uniques, 0.0, sample.people)) : std::nullopt;
  };
  found.pitman = within(pitman(sample));
  found.zayatz = within(zayatz(sample));
  found.snb = within(snb(sample));
  const bool is_small = sample.fraction() <= 0.1;
  // Without any answer everybody may be unique: never the better of two doubts.
  const double zayatz_or_all = found.zayatz.value_or(sample.people);
  found.chosen = UniquenessModel::zayatz;
  found.uniques = zayatz_or_all;
  if (is_small && found.pitman) {
    found.chosen = UniquenessModel::pitman;
    found.uniques = *found.pitman;
  } else if (!is_small && found.snb && *found.snb <= zayatz_or_all) {
    found.chosen = UniquenessModel::snb;
    found.uniques = *found.snb;
  }
  found.share = found.uniques / sample.people;
  return found;
}

}  // namespace usufruct::anonymise
