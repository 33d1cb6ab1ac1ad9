using MathNet.Numerics.RootFinding;

namespace CoopGen.Solving;

/// <summary>What an agent does best against given actions of the others.</summary>
/// <param name="Action">Its d actions.</param>
/// <param name="Payoff">What it is paid then.</param>
/// <param name="Gain">How much more that is than what its present actions are paid; not below 0.</param>
/// <param name="Scale">The greatest absolute payoff met in the search.</param>
public sealed record BestResponse(double[] Action, double Payoff, double Gain, double Scale);

/// <summary>
/// Best responses by global search along each dimension of an agent's action: a grid, finer towards the bounds, whose cells are halved
/// wherever they could still hold the maximum, going by how much payoffs change around them. So every maximum that the grid hints at is
/// followed, jumps to the last digit; where the payoff is smooth the exact derivative then gives the stationary point. Several dimensions
/// take turns, from the present action and from the best point of a coarse grid. Deterministic.
/// </summary>
public sealed class BestResponseSearch
{
    private const int Cells = 48, EndCells = 6, MostHalvings = 60, MostRounds = 40, CoarsePoints = 729, MostBracket = 12;

    private readonly OneShotProblem _problem;
    private readonly bool _located;
    private readonly double[] _profile;
    private List<Point> _grid = [], _finer = [];
    private int _agent, _entry;
    private double _scale;
    private Point _best;

    /// <param name="problem">The game.</param>
    /// <param name="located">Whether actions are located exactly, by derivatives. Without, gains are as exact (relative 1e-14) but a smooth maximum is located to about 1e-7 of the range.</param>
    public BestResponseSearch(OneShotProblem problem, bool located = true)
    {
        ArgumentNullException.ThrowIfNull(problem);
        (_problem, _located, _profile) = (problem, located, new double[problem.Length]);
    }

    /// <summary>Finds what an agent does best.</summary>
    /// <param name="agent">The agent, from 0.</param>
    /// <param name="profile">n·d actions; those of the others are held.</param>
    /// <exception cref="UnsolvableException">A payoff is not finite.</exception>
    public BestResponse Find(int agent, ReadOnlySpan<double> profile)
    {
        profile.CopyTo(_profile);
        _agent = agent;
        var (first, d) = (agent * _problem.Dimensions, _problem.Dimensions);
        var present = _problem.Payoff(agent, profile);
        _scale = Math.Abs(present);
        var payoff = Climb(first, d, present);
        if (d > 1)
        {
            var here = _profile.AsSpan(first, d).ToArray();
            Coarse(first, d);
            if (Climb(first, d, _problem.Payoff(agent, _profile)) is var other && other > payoff)
                payoff = other;
            else
                here.CopyTo(_profile, first);
        }

        return new(_profile.AsSpan(first, d).ToArray(), payoff, Math.Max(0, payoff - present), _scale);
    }

    /// <summary>One dimension after the other until none gains.</summary>
    private double Climb(int first, int d, double payoff)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var before = payoff;
            for (var k = 0; k < d; k++)
                payoff = Line(first + k);
            if (d == 1 || payoff - before <= 1e-13 * _scale)
                break;
        }

        return payoff;
    }

    /// <summary>Puts the best of a grid over all dimensions of the agent into the profile.</summary>
    private void Coarse(int first, int d)
    {
        var sides = new double[d][];
        var steps = 2;
        while (Math.Pow(steps + 1, d) <= CoarsePoints)
            steps++;
        for (var k = 0; k < d; k++)
            sides[k] = _problem.Choices(first + k) is { Count: > 0 } choices ? [.. choices]
                : [.. Enumerable.Range(0, steps).Select(s => _problem.Box.Low[first + k] + (double)s / (steps - 1) * (_problem.Box.High[first + k] - _problem.Box.Low[first + k]))];
        var (best, at) = (double.NegativeInfinity, new double[d]);
        var all = sides.Aggregate(1.0, (product, side) => product * side.Length);
        for (var number = 0; number < Math.Min(CoarsePoints, all); number++)
        {
            var rest = number;
            // Where a grid has too many points, profiles spread over the box stand for them.
            var spread = all > CoarsePoints ? EquilibriumSolver.Spread(_problem, number + 1) : null;
            for (var k = 0; k < d; k++)
                (_profile[first + k], rest) = spread is not null ? (spread[first + k], 0) : (sides[k][rest % sides[k].Length], rest / sides[k].Length);
            var payoff = _problem.Payoff(_agent, _profile);
            if (payoff > best)
                (best, at) = (payoff, _profile.AsSpan(first, d).ToArray());
        }

        at.CopyTo(_profile, first);
    }

    /// <summary>Puts the best value of one entry into the profile and returns what the agent is paid for it.</summary>
    private double Line(int entry)
    {
        _entry = entry;
        var (present, low, high) = (_profile[entry], _problem.Box.Low[entry], _problem.Box.High[entry]);
        _best = At(present);
        _grid.Clear();
        if (_problem.Choices(entry) is { Count: > 0 } choices)
        {
            foreach (var choice in choices)
                Consider(At(choice));
        }
        else if (high > low)
        {
            foreach (var x in Places(low, high, present))
            {
                _grid.Add(At(x));
                Consider(_grid[^1]);
            }

            for (var halving = 0; halving < MostHalvings && Halve();)
                halving++;
            if (_located)
                Locate();
        }

        _profile[entry] = _best.X;
        return _best.Value;
    }

    /// <summary>The places of the grid in ascending order, the present one among them.</summary>
    private static SortedSet<double> Places(double low, double high, double present)
    {
        var width = high - low;
        var places = new SortedSet<double> { low, high, present };
        for (var k = 1; k < Cells; k++)
            places.Add(low + width * k / Cells);
        for (var k = 1; k <= EndCells; k++)
        {
            var part = width / Cells * Math.Pow(0.125, k);
            places.Add(low + part);
            places.Add(high - part);
        }

        return places;
    }

    /// <summary>Halves the cells that could hold the maximum; returns whether there was one.</summary>
    private bool Halve()
    {
        var halved = false;
        _finer.Clear();
        for (var k = 0; k < _grid.Count; k++)
        {
            _finer.Add(_grid[k]);
            if (k + 1 == _grid.Count || !IsPromising(k))
                continue;
            var middle = _grid[k].X + (_grid[k + 1].X - _grid[k].X) / 2;
            if (middle <= _grid[k].X || middle >= _grid[k + 1].X)
                continue;
            _finer.Add(At(middle));
            Consider(_finer[^1]);
            halved = true;
        }

        (_grid, _finer) = (_finer, _grid);
        return halved;
    }

    /// <summary>Whether a cell could hold the maximum, going by how much values change in it and beside it.</summary>
    private bool IsPromising(int k)
    {
        double Change(int j) => j < 0 || j + 1 >= _grid.Count ? 0 : Math.Abs(_grid[j + 1].Value - _grid[j].Value);
        var change = Math.Max(Change(k), Math.Max(Change(k - 1), Change(k + 1)));
        return change > 1e-14 * _scale && Math.Max(_grid[k].Value, _grid[k + 1].Value) + change >= _best.Value;
    }

    /// <summary>Moves the best point to where the derivative is 0, if it changes its sign close by. Payoffs alone can't tell: around a smooth maximum they are equal to the last digit.</summary>
    private void Locate()
    {
        _best = WithSlope(_best);
        var at = _grid.FindIndex(p => p.X == _best.X);
        var (left, right) = (_best, _best);
        for (var (k, tries) = (at - 1, 0); left.Slope <= 0 && k >= 0 && tries < MostBracket; k--, tries++)
            left = WithSlope(_grid[k]);
        for (var (k, tries) = (at + 1, 0); right.Slope >= 0 && k < _grid.Count && tries < MostBracket; k++, tries++)
            right = WithSlope(_grid[k]);
        if (left.Slope > 0 && right.Slope < 0 && Brent.TryFindRoot(x => WithSlope(At(x)).Slope, left.X, right.X, 1e-15 * Math.Abs(_best.X), 60, out var root))
            Consider(WithSlope(At(Math.Clamp(root, left.X, right.X))));
    }

    private Point At(double x)
    {
        _profile[_entry] = x;
        var payoff = _problem.Payoff(_agent, _profile);
        _scale = Math.Max(_scale, Math.Abs(payoff));
        return new(x, payoff, double.NaN);
    }

    private Point WithSlope(Point point)
    {
        if (!double.IsNaN(point.Slope))
            return point;
        _profile[_entry] = point.X;
        return point with { Slope = _problem.Along(_entry, _profile).Slope };
    }

    /// <summary>Takes a point that pays more, or as much with a smaller slope: the same maximum, better located.</summary>
    private void Consider(Point point)
    {
        var tie = double.IsNaN(point.Slope) ? 0 : 1e-14 * _scale;
        if (point.Value > _best.Value || point.Value >= _best.Value - tie && Math.Abs(point.Slope) < 0.5 * Math.Abs(_best.Slope))
            _best = point;
    }

    /// <param name="X">The action.</param>
    /// <param name="Value">The payoff.</param>
    /// <param name="Slope">Its derivative; NaN where it has not been asked for.</param>
    private readonly record struct Point(double X, double Value, double Slope);
}
