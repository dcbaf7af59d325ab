using System.Buffers;
using System.Runtime.Intrinsics;

namespace AdvLib;

/// <summary>The nearest point of a hyperplane within a range of pixels.</summary>
internal static class HyperplaneProjection
{
    private const int MaxSteps = 64;

    /// <summary>
    /// Finds the smallest change d with <c>normal d = need</c> that leaves no pixel outside the range; where the range does not let the
    /// hyperplane be reached, the change that comes nearest to it.
    /// </summary>
    /// <returns>The change's size in the norm.</returns>
    /// <remarks>
    /// Pixel i moves by <c>min(t rate[i], room[i])</c>, with a rate of 1 for L-inf and of |normal[i]| for L2. What all together reach rises
    /// with t, in straight pieces that become flatter: Newton's steps from 0 never overshoot and end on the right piece.
    /// </remarks>
    public static double Find(
        ReadOnlySpan<float> image, ReadOnlySpan<float> normal, double need, Norm norm, PixelRange range, Span<float> change)
    {
        float[] rooms = ArrayPool<float>.Shared.Rent(image.Length);
        float[] weights = ArrayPool<float>.Shared.Rent(image.Length);
        Span<float> room = rooms.AsSpan(0, image.Length);
        Span<float> weight = weights.AsSpan(0, image.Length);
        float side = need < 0 ? -1 : 1;
        Measure(image, normal, side, range, room, weight);
        float t = 0;
        float wanted = (float)Math.Abs(need);
        for (int step = 0; step < MaxSteps; step++)
        {
            (float reached, float slope) = Reach(room, weight, norm, t);
            float next = t + (wanted - reached) / slope;
            if (!(next > t))
                break;

            // The flattest piece has no end: all rooms are used up.
            if (slope == 0)
            {
                t = float.MaxValue;
                break;
            }

            t = MathF.Min(next, float.MaxValue);
        }

        Move(normal, side, norm, t, room, weight, change);
        ArrayPool<float>.Shared.Return(rooms);
        ArrayPool<float>.Shared.Return(weights);
        return norm.Length(change);
    }

    // How far each pixel may go towards the hyperplane, and what that gains.
    private static void Measure(
        ReadOnlySpan<float> image, ReadOnlySpan<float> normal, float side, PixelRange range, Span<float> room, Span<float> weight)
    {
        int i = 0;
        for (; i <= image.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<float> x = Vector256.Create(image[i..]);
            Vector256<float> n = Vector256.Create(normal[i..]);
            Vector256.Abs(n).CopyTo(weight[i..]);
            Vector256<float> down = Vector256.AndNot(x - Vector256.Create(range.Low), Vector256.Equals(n, Vector256<float>.Zero));
            Vector256<float> isUp = Vector256.GreaterThan(n * side, Vector256<float>.Zero);
            Vector256.ConditionalSelect(isUp, Vector256.Create(range.High) - x, down).CopyTo(room[i..]);
        }

        for (; i < image.Length; i++)
        {
            weight[i] = MathF.Abs(normal[i]);
            room[i] = normal[i] * side > 0 ? range.High - image[i] : normal[i] != 0 ? image[i] - range.Low : 0;
        }
    }

    private static void Move(
        ReadOnlySpan<float> normal, float side, Norm norm, float t, ReadOnlySpan<float> room, ReadOnlySpan<float> weight, Span<float> change)
    {
        int i = 0;
        for (; i <= normal.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<float> way = norm == Norm.Linf ? Vector256.Create(t) : t * Vector256.Create(weight[i..]);
            Vector256<float> moved = Vector256.Min(Vector256.Min(way, Vector256.Create(room[i..])), Vector256.Create(float.MaxValue));
            Vector256<float> isUp = Vector256.GreaterThan(Vector256.Create(normal[i..]) * side, Vector256<float>.Zero);
            Vector256.ConditionalSelect(isUp, moved, -moved).CopyTo(change[i..]);
        }

        for (; i < normal.Length; i++)
        {
            float moved = MathF.Min(MathF.Min(norm == Norm.Linf ? t : t * weight[i], room[i]), float.MaxValue);
            change[i] = normal[i] * side > 0 ? moved : -moved;
        }
    }

    // sum_i weight[i] min(t rate[i], room[i]), and how fast that rises with t. Eight sums each on
    // every machine, so that all find the same bits.
    private static (float Reached, float Slope) Reach(ReadOnlySpan<float> room, ReadOnlySpan<float> weight, Norm norm, float t)
    {
        var reached = Vector256<float>.Zero;
        var slope = Vector256<float>.Zero;
        int i = 0;
        for (; i <= room.Length - Vector256<float>.Count; i += Vector256<float>.Count)
        {
            Vector256<float> r = Vector256.Create(room[i..]);
            Vector256<float> w = Vector256.Create(weight[i..]);
            Vector256<float> rate = norm == Norm.Linf ? Vector256<float>.One : w;
            Vector256<float> moved = rate * t;
            reached += w * Vector256.Min(moved, r);
            slope += Vector256.ConditionalSelect(Vector256.LessThan(moved, r), w * rate, Vector256<float>.Zero);
        }

        (float sum, float rise) = (0, 0);
        for (int lane = 0; lane < Vector256<float>.Count; lane++)
            (sum, rise) = (sum + reached[lane], rise + slope[lane]);
        for (; i < room.Length; i++)
        {
            float rate = norm == Norm.Linf ? 1 : weight[i];
            sum += weight[i] * MathF.Min(t * rate, room[i]);
            rise += t * rate < room[i] ? weight[i] * rate : 0;
        }

        return (sum, rise);
    }
}
